import type { User } from '@keystone/shared/contracts/rest/users.ts';
import { readUserTeams, type TeamOfUser } from '@keystone/shared/store/control-reader.ts';
import { mapBounded } from '@keystone/shared/store/map-bounded.ts';
import type { RecordShapes, Stored } from '@keystone/shared/store/records.ts';
import { readLastSignIns } from '@keystone/shared/store/sessions.ts';
import type { ControlTable } from '@keystone/shared/store/tables.ts';
import { readHistories } from '../presenting/histories.ts';
import { readReferenced, type Referenced } from '../presenting/referenced.ts';
import { abbreviation, displayName, teamSummary } from '../presenting/summaries.ts';

const PARALLEL = 25;

/** Users as the API shows them; the password's hash never leaves the table. */
export async function presentUsers(table: ControlTable, users: readonly Stored<'user'>[]): Promise<User[]> {
  const ids = users.map(({ fields }) => fields.id);
  const memberships = await mapBounded(ids, PARALLEL, (id) => readUserTeams(table, id));
  const [teams, signIns, histories] = await Promise.all([
    readReferenced(
      table,
      'team',
      memberships.flat().map(({ team }) => team),
    ),
    readLastSignIns(table, ids),
    readHistories(
      table,
      users.map(({ key }) => key),
    ),
  ]);
  return users.map(({ fields }, index) => ({
    ...personalFields(fields),
    _membership: membershipsOf(memberships[index] ?? [], teams),
    _history: histories[index] ?? [],
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
