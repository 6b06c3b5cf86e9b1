import type { Team } from '@keystone/shared/contracts/rest/teams.ts';
import { readTeamMembers } from '@keystone/shared/store/control-reader.ts';
import { mapBounded } from '@keystone/shared/store/map-bounded.ts';
import type { Stored } from '@keystone/shared/store/records.ts';
import type { ControlTable } from '@keystone/shared/store/tables.ts';
import { readHistories } from '../presenting/histories.ts';
import { readReferenced } from '../presenting/referenced.ts';
import { userSummary } from '../presenting/summaries.ts';

const PARALLEL = 25;

/** Teams as the API shows them, with who is in them. */
export async function presentTeams(table: ControlTable, teams: readonly Stored<'team'>[]): Promise<Team[]> {
  const members = await mapBounded(teams, PARALLEL, ({ fields }) => readTeamMembers(table, fields.id));
  const [users, histories] = await Promise.all([
    readReferenced(
      table,
      'user',
      members.flat().map(({ user }) => user),
    ),
    readHistories(
      table,
      teams.map(({ key }) => key),
    ),
  ]);
  return teams.map(({ fields }, index) => {
    const own = members[index] ?? [];
    return {
      ...fields,
      _membership: own.map(({ membership, user, role }) => ({
        id: membership,
        user,
        role,
        _user: userSummary(users.get(user)),
      })),
      _history: histories[index] ?? [],
      users: own.map(({ user }) => user),
    };
  });
}
