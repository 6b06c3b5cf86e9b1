import { resources } from '@keystone/shared/contracts/rest/operations.ts';
import type { Stored } from '@keystone/shared/store/table/records.ts';
import { hashPassword } from '../authentication/password-hash.ts';
import type { JsonObject } from '../http/json-body.ts';
import { notAllowed } from '../http/refusals.ts';
import { writtenFields } from '../resources/body-fields.ts';
import type { Write } from '../resources/write.ts';

/** Staff adds a person. The name is what clusters will carry, so it is checked for that. */
export async function createUser({ uow, actor, now }: Write, body: JsonObject): Promise<Stored<'user'>> {
  if (!actor.is_staff) throw notAllowed('Only staff adds users.');
  const { password, ...fields } = writtenFields(resources.users, resources.users.create, body);
  return uow.create('user', {
    ...fields,
    password: await hashPassword(password),
    is_ldap_user: false,
    date_joined: now,
    sessions_from: now,
  });
}
