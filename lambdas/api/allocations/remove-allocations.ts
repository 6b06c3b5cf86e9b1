import type { RecordShapes, Stored } from '@keystone/shared/store/table/records.ts';
import type { Write } from '../resources/write.ts';
import { placeAwards } from './place-awards.ts';

/** Takes allocations back: what was awarded ends today, what never began leaves no trace on the cluster. */
export async function removeAllocations(
  write: Write,
  request: RecordShapes['request'],
  allocations: readonly Stored<'allocation'>[],
): Promise<void> {
  await placeAwards(
    write,
    request,
    allocations.map(({ fields }) => ({ ...fields, awarded: null })),
  );
  for (const allocation of allocations) write.uow.remove(allocation);
}
