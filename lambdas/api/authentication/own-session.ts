import { readNumbered } from '@keystone/shared/store/table/control-reader.ts';
import { endSession } from '@keystone/shared/store/sign-in/sessions.ts';
import { etagOf } from '../http/etag.ts';
import { Refusal } from '../http/refusals.ts';
import type { Reply } from '../http/reply.ts';
import type { ApiRequest } from '../resources/api-request.ts';
import { presentUsers } from '../users/present-users.ts';
import { endedCookies } from './session-cookies.ts';

/** The caller, as its own record is shown. */
export async function whoAmI({ deps, caller }: ApiRequest): Promise<Reply> {
  const user = await readNumbered(deps.control, 'user', caller.user.id);
  if (!user) throw new Refusal('not-signed-in', 'This account was closed meanwhile.');
  const [body] = await presentUsers(deps.control, [user]);
  return { status: 200, body, headers: { etag: etagOf(user.version) } };
}

/** Ends the session, on the server and in the browser. */
export async function signOut({ deps, call, caller }: ApiRequest): Promise<Reply> {
  await endSession(deps.control, caller.sessionToken);
  return { status: 200, body: {}, cookies: endedCookies(call) };
}
