import type { User } from '@keystone/shared/contracts/rest/users.ts';
import { readTeamsOfUsers, type TeamOfUser } from '@keystone/shared/store/lists/children-reader.ts';
import { gatherReads } from '@keystone/shared/store/table/gathered-reads.ts';
import { readHistories } from '@keystone/shared/store/lists/history-reader.ts';
import type { RecordShapes, Stored } from '@keystone/shared/store/table/records.ts';
import { readLastSignIns } from '@keystone/shared/store/sign-in/sessions.ts';
import type { ControlTable } from '@keystone/shared/store/table/tables.ts';
import { actorsIn, historyOf } from '../presenting/histories.ts';
import { readReferenced, type Referenced } from '../presenting/referenced.ts';
import { abbreviation, displayName, teamSummary } from '../presenting/summaries.ts';

/** Users as the API shows them; the password's hash never leaves the table. */
export async function presentUsers(table: ControlTable, users: readonly Stored<'user'>[]): Promise<User[]> {
  const ids = users.map(({ fields }) => fields.id);
  const reads = gatherReads(table);
  const [memberships, signIns, histories] = await Promise.all([
    readTeamsOfUsers(reads, ids),
    readLastSignIns(reads, ids),
    readHistories(table, users),
  ]);
  const [teams, actors] = await Promise.all([
    readReferenced(
      reads,
      'team',
      memberships.flat().map(({ team }) => team),
    ),
    readReferenced(reads, 'user', actorsIn(histories)),
  ]);
  return users.map(({ fields }, index) => ({
    ...personalFields(fields),
    _membership: membershipsOf(memberships[index] ?? [], teams),
    _history: historyOf(histories[index], actors),
    last_login: signIns.get(fields.id) ?? null,
  }));
}

function personalFields(user: RecordShapes['user']) {
  const { id, username, first_name, last_name, email, department, role } = user;
  const { is_active, is_staff, is_ldap_user, date_joined } = user;
  return {
    id,
    display_name: displayName(user),
    abbreviation: abbreviation(user),
    is_superuser: false,
    username,
    first_name,
    last_name,
    email,
    department,
    role,
    is_active,
    is_staff,
    is_ldap_user,
    date_joined,
    groups: [],
    user_permissions: [],
  };
}

const membershipsOf = (memberships: TeamOfUser[], teams: Referenced<'team'>): User['_membership'] =>
  memberships
    .filter(({ team }) => teams.isOpen(team))
    .map(({ membership, team, role }) => ({
      id: membership,
      team,
      role,
      _team: teamSummary(teams.get(team)),
    }));
