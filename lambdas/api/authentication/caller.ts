import type { RecordShapes } from '@keystone/shared/store/table/records.ts';
import { readNumbered } from '@keystone/shared/store/table/control-reader.ts';
import { readSession, touchSession } from '@keystone/shared/store/sign-in/sessions.ts';
import type { BaseDependencies } from '../dependencies.ts';
import type { Call } from '../http/call.ts';
import { Refusal } from '../http/refusals.ts';
import { refuseForeignSite } from './same-site.ts';
import { isCsrfTokenOf, sessionTokenOf } from './session-cookies.ts';

/** Who calls, as the session says and the user's record allows. */
export interface Caller {
  user: RecordShapes['user'];
  sessionToken: string;
}

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

/**
 * The caller of a session. A session counts only while its user is active and did not end it by a new password.
 *
 * @throws Refusal not-signed-in
 */
export async function identifyCaller(
  { control, sources }: Pick<BaseDependencies, 'control' | 'sources'>,
  call: Call,
): Promise<Caller> {
  const sessionToken = sessionTokenOf(call);
  const now = sources.now();
  const session = sessionToken ? await readSession(control, sessionToken, now) : undefined;
  const user = session && (await readNumbered(control, 'user', session.user))?.fields;
  if (!sessionToken || !session || !user?.is_active || session.created < user.sessions_from)
    throw new Refusal('not-signed-in', 'Sign in first: POST /api/authentication/login/.');
  await touchSession(control, sessionToken, session, now);
  return { user, sessionToken };
}

/**
 * Refuses a call with effects that the session's own page or program did not make.
 *
 * @throws Refusal foreign-origin or no-csrf-token
 */
export function refuseForgery(call: Call, caller: Caller): void {
  if (safeMethods.has(call.method)) return;
  refuseForeignSite(call);
  if (!isCsrfTokenOf(caller.sessionToken, call.headers['x-csrftoken']))
    throw new Refusal('no-csrf-token', 'Send the value of the csrftoken cookie in X-CSRFToken.');
}
