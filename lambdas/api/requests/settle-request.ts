import {
  commandFor,
  transition,
  type RequestCommand,
  type RequestStatus,
} from '@keystone/shared/domain/request-lifecycle.ts';
import { readChildIds } from '@keystone/shared/store/lists/children-reader.ts';
import type { RecordShapes, Stored } from '@keystone/shared/store/table/records.ts';
import { placeAwards, type Placement } from '../allocations/place-awards.ts';
import { badField } from '../http/refusals.ts';
import type { Write } from '../resources/write.ts';

/** What is to change of a request, its awards among it. */
export interface RequestChange {
  fields: Partial<Pick<RecordShapes['request'], 'title' | 'description' | 'submitter' | 'assignees'>>;
  /** The status that a command leads to, or undefined where it stays. */
  status?: RequestStatus | undefined;
  active?: string | null | undefined;
  expire?: string | null | undefined;
  /** Awarded service units by allocation. */
  awards: ReadonlyMap<number, number>;
}

export interface SettledRequest {
  request: Stored<'request'>;
  allocations: RecordShapes['allocation'][];
  placements: Placement[];
}

/**
 * Changes a request by its lifecycle, and with it the awards and dates that clusters hold.
 *
 * @throws Refusal bad-field where the lifecycle or an award's past does not allow it
 */
export async function settleRequest(
  write: Write,
  request: Stored<'request'>,
  change: RequestChange,
): Promise<SettledRequest> {
  const allocations = await awardAllocations(write, request.fields.id, change.awards);
  const window = {
    active: change.active === undefined ? request.fields.active : change.active,
    expire: change.expire === undefined ? request.fields.expire : change.expire,
  };
  const status = statusAfter(request.fields.status, change.status, {
    ...window,
    awards: allocations.filter(({ awarded }) => awarded).length,
  });
  const settled = await write.uow.update(request, { ...change.fields, ...window, status });
  const placements = await placeAwards(write, settled.fields, allocations);
  return { request: settled, allocations, placements };
}

/** An approved request stays one only with a window that an approval would take. */
function statusAfter(
  from: RequestStatus,
  wanted: RequestStatus | undefined,
  facts: { active: string | null; expire: string | null; awards: number },
): RequestStatus {
  const command: RequestCommand | undefined =
    wanted !== undefined ? commandFor[wanted] : from === 'AP' ? 'approve' : undefined;
  if (command === undefined) return from;
  const result = transition(from, command, facts);
  if (!result.ok) throw badField(result.field, result.reason);
  return result.to;
}

/** The request's allocations with the awards that were given. */
async function awardAllocations(
  { uow }: Write,
  request: number,
  awards: ReadonlyMap<number, number>,
): Promise<RecordShapes['allocation'][]> {
  const allocations: RecordShapes['allocation'][] = [];
  for (const id of await readChildIds(uow.table, 'request', request, 'allocation')) {
    const allocation = await uow.get('allocation', id);
    if (!allocation) continue;
    const awarded = awards.get(id);
    const changed =
      awarded === undefined || awarded === allocation.fields.awarded
        ? allocation
        : await uow.update(allocation, { awarded });
    allocations.push(changed.fields);
  }
  const foreign = [...awards.keys()].find((id) => !allocations.some((allocation) => allocation.id === id));
  if (foreign !== undefined)
    throw badField('awards', `allocation ${foreign} does not belong to request ${request}`);
  return allocations;
}
