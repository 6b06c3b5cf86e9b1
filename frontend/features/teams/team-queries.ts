import type { operations } from '@keystone/client/client.ts';
import type { User } from '../../lib/api/records.ts';
import { partOf, type ListState } from '../../lib/list/list-state.ts';

type TeamQuery = NonNullable<operations['listTeams']['parameters']['query']>;

export const TEAMS_SHOWN = 20;

type Person = Pick<User, 'is_staff' | '_membership'>;

export const teamsOf = ({ _membership }: Pick<User, '_membership'>): number[] =>
  _membership.map(({ team }) => team);

/** The teams that a person looks after: its own, for staff all; undefined where there are none to ask for. */
export function listedTeams(user: Person, state: ListState): TeamQuery | undefined {
  const own = teamsOf(user);
  if (!user.is_staff && own.length === 0) return undefined;
  return { ...(user.is_staff ? {} : { id__in: own }), ...partOf(state, TEAMS_SHOWN), _order: 'name' };
}

/** Every team that is not closed, to choose from. */
export const activeTeams: TeamQuery = { is_active: true, _limit: 1000, _order: 'name' };
