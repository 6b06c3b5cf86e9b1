import type { RecordShapes } from '@keystone/shared/store/table/records.ts';
import { beginSession, readLastSignIns } from '@keystone/shared/store/sign-in/sessions.ts';
import { listKind } from '@keystone/shared/store/lists/list-kind.ts';
import { sessionCookies } from '../authentication/session-cookies.ts';
import { newSessionToken } from '../authentication/sign-in.ts';
import { usesField } from '../lists/list-query.ts';
import { displayName } from '../presenting/summaries.ts';
import type { ResourceService } from '../resources/resource-service.ts';
import { changeUser } from './change-user.ts';
import { createUser } from './create-user.ts';
import { presentUsers } from './present-users.ts';
import { removeUser } from './remove-user.ts';

export const userService: ResourceService<'user'> = {
  kind: 'user',
  name: 'users',
  ownerOf: ({ id }) => id,
  visible: ({ deps }) => listKind(deps.control, 'user'),
  rows: async ({ deps }, records, query) => {
    const signIns = usesField(query, 'last_login')
      ? await readLastSignIns(
          deps.control,
          records.map(({ fields }) => fields.id),
        )
      : undefined;
    return records.map(({ fields }) => ({
      values: { ...listedFields(fields), last_login: signIns?.get(fields.id) ?? null },
      words: [fields.username, displayName(fields), fields.email, fields.department, fields.role].filter(
        (word): word is string => word !== null,
      ),
    }));
  },
  present: ({ deps }, records) => presentUsers(deps.control, records),
  create: createUser,
  update: changeUser,
  remove: removeUser,
  cookiesAfter: async ({ deps, call, caller }, record, body) => {
    if (record.fields.id !== caller.user.id || body['password'] === undefined) return undefined;
    const token = newSessionToken();
    await beginSession(deps.control, token, record, deps.sources.now(), {
      requestToken: deps.sources.ulid(),
    });
    return sessionCookies(call, token);
  },
};

/** Without the password's hash: no filter may reach it. */
function listedFields({ id, username, first_name, last_name, ...user }: RecordShapes['user']) {
  const { email, department, role, is_active, is_staff, is_ldap_user, date_joined } = user;
  return {
    id,
    username,
    first_name,
    last_name,
    email,
    department,
    role,
    is_active,
    is_staff,
    is_superuser: false,
    is_ldap_user,
    date_joined,
  };
}
