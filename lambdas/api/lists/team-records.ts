import { readChildren } from '@keystone/shared/store/control-reader.ts';
import { mapBounded } from '@keystone/shared/store/map-bounded.ts';
import type { Stored } from '@keystone/shared/store/records.ts';
import { listKind } from '@keystone/shared/store/list-kind.ts';
import { callerTeams, type ApiRequest } from '../resources/api-request.ts';

type TeamScoped = 'request' | 'allocation' | 'review';

const PARALLEL = 25;

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
  return (await mapBounded(seen, PARALLEL, (team) => readChildren(control, 'team', team, kind))).flat();
}

/** Records of requests that the caller may see, from the requests' edges. */
export async function readRecordsOfRequests<K extends 'allocation' | 'review'>(
  request: ApiRequest,
  kind: K,
  requests: readonly number[],
): Promise<Stored<K>[]> {
  const { control } = request.deps;
  const unique = [...new Set(requests)];
  const found = await mapBounded(unique, PARALLEL, (id) => readChildren(control, 'request', id, kind));
  if (request.caller.user.is_staff) return found.flat();
  const own = await callerTeams(request);
  return found.flat().filter(({ fields }) => own.has(fields.team));
}
