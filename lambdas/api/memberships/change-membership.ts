import { resources } from '@keystone/shared/contracts/rest/operations.ts';
import { isMemberName } from '@keystone/shared/domain/names.ts';
import { may } from '@keystone/shared/domain/rights.ts';
import type { Stored } from '@keystone/shared/store/table/records.ts';
import type { JsonObject } from '../http/json-body.ts';
import { badField, notAllowed } from '../http/refusals.ts';
import { referenceIn, writtenFields } from '../resources/body-fields.ts';
import { roleIn, type Write } from '../resources/write.ts';
import { emitTeamPolicies } from '../teams/emit-team-policies.ts';
import { joinOneMore } from './open-teams.ts';
import { keepAnOwner } from './keep-an-owner.ts';

/** Adds a person to a team, under a name that the team's clusters can carry. */
export async function createMembership(write: Write, body: JsonObject): Promise<Stored<'membership'>> {
  const { uow, actor } = write;
  const wanted = referenceIn(body, 'team');
  const role = wanted === undefined ? null : await roleIn(write, wanted);
  const found = wanted === undefined ? undefined : await uow.get('team', wanted);
  if (!may('create', 'membership', { staff: actor.is_staff, own: false, role: found ? role : null }))
    throw notAllowed('Only an owner or admin of the team, or staff, adds members.');
  const fields = writtenFields(resources.memberships, resources.memberships.create, body);
  if (!found) throw badField('team', 'there is no such team');
  const user = await uow.get('user', fields.user);
  if (!user) throw badField('user', 'there is no such user');
  const { username, is_active: active } = user.fields;
  if (!isMemberName(username))
    throw badField('user', `clusters can't carry the name "${username}"; staff can change it`);
  await joinOneMore(write, user.fields.id);
  const membership = await uow.create('membership', { ...fields, username, active });
  emitTeamPolicies(write, fields.team);
  return membership;
}

/** Changes a member's role. The person and the team stay: another pair is another membership. */
export async function changeMembership(
  write: Write,
  membership: Stored<'membership'>,
  body: JsonObject,
): Promise<Stored<'membership'>> {
  const { user, team, role: present } = membership.fields;
  const { role = present } = writtenFields(resources.memberships, resources.memberships.update, body);
  for (const [name, value] of Object.entries({ user, team }))
    if (body[name] !== undefined && body[name] !== value)
      throw badField(name, 'stays as it is; remove this membership and add another');
  if (role !== 'OW') await keepAnOwner(write, membership);
  const changed = await write.uow.update(membership, { role });
  if (role !== present) emitTeamPolicies(write, team);
  return changed;
}

/** Takes a person out of a team: blocked on its clusters at once. */
export async function removeMembership(write: Write, membership: Stored<'membership'>): Promise<void> {
  await keepAnOwner(write, membership);
  write.uow.remove(membership);
  emitTeamPolicies(write, membership.fields.team);
}
