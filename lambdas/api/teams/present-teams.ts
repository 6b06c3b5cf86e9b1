import type { Team } from '@keystone/shared/contracts/rest/teams.ts';
import { readTeamMembers } from '@keystone/shared/store/table/control-reader.ts';
import { readHistories } from '@keystone/shared/store/lists/history-reader.ts';
import { mapBounded } from '@keystone/shared/store/table/map-bounded.ts';
import type { Stored } from '@keystone/shared/store/table/records.ts';
import type { ControlTable } from '@keystone/shared/store/table/tables.ts';
import { actorsIn, historyOf } from '../presenting/histories.ts';
import { readReferenced } from '../presenting/referenced.ts';
import { userSummary } from '../presenting/summaries.ts';

const PARALLEL = 25;

/** Teams as the API shows them, with who is in them. */
export async function presentTeams(table: ControlTable, teams: readonly Stored<'team'>[]): Promise<Team[]> {
  const [members, histories] = await Promise.all([
    mapBounded(teams, PARALLEL, ({ fields }) => readTeamMembers(table, fields.id)),
    readHistories(table, teams),
  ]);
  const people = members.flat().map(({ user }) => user);
  const users = await readReferenced(table, 'user', [...people, ...actorsIn(histories)]);
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
      _history: historyOf(histories[index], users),
      users: own.map(({ user }) => user),
    };
  });
}
