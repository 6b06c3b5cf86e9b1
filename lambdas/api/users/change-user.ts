import { resources } from '@keystone/shared/contracts/rest/operations.ts';
import { userOwnFields, type userUpdateSchema } from '@keystone/shared/contracts/rest/users.ts';
import type { RecordShapes, Stored } from '@keystone/shared/store/table/records.ts';
import type * as z from 'zod';
import { hashPassword } from '../authentication/password-hash.ts';
import type { JsonObject } from '../http/json-body.ts';
import { fieldNotAllowed } from '../http/refusals.ts';
import { readOpenTeams } from '../memberships/open-teams.ts';
import { emitTeamPolicies } from '../teams/emit-team-policies.ts';
import { writtenFields } from '../resources/body-fields.ts';
import type { Write } from '../resources/write.ts';

type UserUpdate = z.infer<typeof userUpdateSchema>;

/**
 * A person changes its own particulars, staff anyone's and the privileged fields. A new password, another staff flag
 * or a closed account ends every session of the user; a new name or flag reaches the clusters.
 */
export async function changeUser(
  write: Write,
  user: Stored<'user'>,
  body: JsonObject,
): Promise<Stored<'user'>> {
  const { password, ...fields } = writtenFields(resources.users, resources.users.update, body);
  if (!write.actor.is_staff) refusePrivileged(user.fields, fields);
  const patch = {
    ...defined(fields),
    ...(password !== undefined && { password: await hashPassword(password) }),
  };
  const endsSessions =
    password !== undefined ||
    differs(user.fields, fields, 'is_staff') ||
    differs(user.fields, fields, 'is_active');
  const changed = await write.uow.update(user, {
    ...patch,
    ...(endsSessions && { sessions_from: write.now }),
  });
  if (differs(user.fields, fields, 'username') || differs(user.fields, fields, 'is_active'))
    await carryToTeams(write, changed.fields);
  return changed;
}

const differs = (user: RecordShapes['user'], fields: Partial<UserUpdate>, name: keyof UserUpdate) =>
  fields[name] !== undefined && fields[name] !== user[name];

/** A body that repeats what stands changes nothing and is fine. */
function refusePrivileged(user: RecordShapes['user'], fields: Partial<UserUpdate>): void {
  const own: readonly string[] = userOwnFields;
  for (const name of ['username', 'is_active', 'is_staff'] as const)
    if (!own.includes(name) && differs(user, fields, name))
      throw fieldNotAllowed(name, 'only staff changes this');
}

/** Memberships repeat the name and the active flag, so that a policy is built from a team's edges alone. */
async function carryToTeams(write: Write, { id, username, is_active }: RecordShapes['user']): Promise<void> {
  for (const { membership, team } of await readOpenTeams(write.uow.table, id)) {
    const record = await write.uow.get('membership', membership);
    if (!record) continue;
    await write.uow.update(record, { username, active: is_active });
    emitTeamPolicies(write, team);
  }
}

/** Without the keys that a body left out: absent is unchanged. */
function defined<T extends object>(fields: T): { [N in keyof T]?: Exclude<T[N], undefined> } {
  return fields;
}
