import { dayOf, type Day } from '@keystone/shared/domain/calendar.ts';
import type { Role } from '@keystone/shared/domain/rights.ts';
import { readUserTeams } from '@keystone/shared/store/lists/children-reader.ts';
import type { Caller } from '../authentication/caller.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { Call } from '../http/call.ts';

/** A call of someone who is signed in. */
export interface ApiRequest {
  deps: ApiDependencies;
  call: Call;
  caller: Caller;
  /** The record that the path names. */
  id: number | undefined;
}

/** The calendar day of the deployment's zone. */
export const todayOf = ({ sources, zone }: Pick<ApiDependencies, 'sources' | 'zone'>): Day =>
  dayOf(Math.floor(sources.now().getTime() / 1000), zone);

/** The caller's role by team, read once for a request; for reading only (what writes decides in its unit of work). */
export function callerTeams({ deps, caller }: ApiRequest): Promise<ReadonlyMap<number, Role>> {
  let known = teamsOfCaller.get(caller);
  if (!known) {
    known = readUserTeams(deps.control, caller.user.id).then(
      (teams) => new Map(teams.map(({ team, role }) => [team, role])),
    );
    teamsOfCaller.set(caller, known);
  }
  return known;
}

const teamsOfCaller = new WeakMap<Caller, Promise<ReadonlyMap<number, Role>>>();
