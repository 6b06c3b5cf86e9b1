import { resources } from '@keystone/shared/contracts/rest/operations.ts';
import type { RecordShapes, Stored } from '@keystone/shared/store/table/records.ts';
import type { JsonObject } from '../http/json-body.ts';
import { badField } from '../http/refusals.ts';
import { writtenFields } from '../resources/body-fields.ts';
import type { Write } from '../resources/write.ts';
import { readFinals } from './final-figures.ts';
import { placeAwards } from './place-awards.ts';
import { removeAllocations } from './remove-allocations.ts';

/** Staff changes what was asked for or awarded; an award of an approved request reaches its cluster. */
export async function changeAllocation(
  write: Write,
  allocation: Stored<'allocation'>,
  body: JsonObject,
): Promise<Stored<'allocation'>> {
  const known = allocation.fields;
  const update = writtenFields(resources.allocations, resources.allocations.update, body);
  for (const name of ['request', 'cluster'] as const)
    if (update[name] !== undefined && update[name] !== known[name])
      throw badField(name, 'stays as it is; delete this allocation and make another');
  if (update.final !== undefined) refuseOtherFinal(update.final, await presentFinal(write, known));
  const request = await requestOf(write, known);
  const changed = await write.uow.update(allocation, {
    requested: update.requested ?? known.requested,
    awarded: update.awarded === undefined ? known.awarded : update.awarded,
  });
  await placeAwards(write, request, [changed.fields]);
  return changed;
}

/** Hides an allocation; a live award ends with what was drawn from it. */
export async function removeAllocation(write: Write, allocation: Stored<'allocation'>): Promise<void> {
  await removeAllocations(write, await requestOf(write, allocation.fields), [allocation]);
}

/**
 * `final` is what runs drew. A body may repeat it, so that what was read can be sent back.
 *
 * @throws Refusal bad-field
 */
export function refuseOtherFinal(given: number | null, present: number | null): void {
  if (given !== present)
    throw badField(
      'final',
      `is what was drawn (${present ?? 'null'}) and is not edited; post an adjustment instead`,
    );
}

async function presentFinal(
  { request, today }: Write,
  allocation: RecordShapes['allocation'],
): Promise<number | null> {
  return (await readFinals(request.deps, [allocation], today)).get(allocation.id) ?? null;
}

async function requestOf({ uow }: Write, { request }: RecordShapes['allocation']) {
  const found = await uow.get('request', request);
  if (!found) throw badField('request', 'the request was deleted');
  return found.fields;
}
