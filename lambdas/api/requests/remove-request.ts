import { readChildIds } from '@keystone/shared/store/lists/children-reader.ts';
import type { Stored } from '@keystone/shared/store/table/records.ts';
import { removeAllocations } from '../allocations/remove-allocations.ts';
import type { Write } from '../resources/write.ts';

/** Hides a request and its allocations; live awards end with what was drawn from them. */
export async function removeRequest(write: Write, request: Stored<'request'>): Promise<void> {
  const { uow } = write;
  const allocations: Stored<'allocation'>[] = [];
  for (const id of await readChildIds(uow.table, 'request', request.fields.id, 'allocation')) {
    const allocation = await uow.get('allocation', id);
    if (allocation) allocations.push(allocation);
  }
  await removeAllocations(write, request.fields, allocations);
  uow.remove(request);
}
