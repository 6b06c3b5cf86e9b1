import { readChildrenOf } from '@keystone/shared/store/lists/children-reader.ts';
import type { Stored } from '@keystone/shared/store/table/records.ts';
import { listKind } from '@keystone/shared/store/lists/list-kind.ts';
import { callerTeams, type ApiRequest } from '../resources/api-request.ts';

type TeamScoped = 'request' | 'allocation' | 'review';

/**
 * Records of teams that the caller may see: of its own teams from their edges; all, for staff, from the index.
 *
 * @param teams those that the query narrows the list to
 */
export async function readTeamRecords<K extends TeamScoped>(
  request: ApiRequest,
  kind: K,
  teams: readonly number[] | undefined,
): Promise<Stored<K>[]> {
  const { control } = request.deps;
  const staff = request.caller.user.is_staff;
  if (staff && !teams) return listKind(control, kind);
  const own = await callerTeams(request);
  const wanted = teams ? [...new Set(teams)] : [...own.keys()];
  const seen = wanted.filter((team) => staff || own.has(team));
  return [...(await readChildrenOf(control, 'team', seen, kind)).values()].flat();
}

/** Records of requests that the caller may see, from the requests' edges. */
export async function readRecordsOfRequests<K extends 'allocation' | 'review'>(
  request: ApiRequest,
  kind: K,
  requests: readonly number[],
): Promise<Stored<K>[]> {
  const { control } = request.deps;
  const found = [...(await readChildrenOf(control, 'request', requests, kind)).values()].flat();
  if (request.caller.user.is_staff) return found;
  const own = await callerTeams(request);
  return found.filter(({ fields }) => own.has(fields.team));
}
