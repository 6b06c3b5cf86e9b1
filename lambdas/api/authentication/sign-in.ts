import { randomBytes } from 'node:crypto';
import { loginSchema } from '@keystone/shared/contracts/rest/users.ts';
import { networkOf, type AttemptLimit } from '@keystone/shared/domain/sign-in-delay.ts';
import { readByGuard, readNumbered } from '@keystone/shared/store/table/control-reader.ts';
import { guardKeys } from '@keystone/shared/store/table/kinds.ts';
import type { Stored } from '@keystone/shared/store/table/records.ts';
import {
  beginSession,
  endSession,
  readLastSignIn,
  type LastSignIn,
} from '@keystone/shared/store/sign-in/sessions.ts';
import { claimAttempt, forgiveAttempt } from '@keystone/shared/store/sign-in/sign-in-attempts.ts';
import { metricNames } from '../../runtime/metrics.ts';
import type { BaseDependencies } from '../dependencies.ts';
import { refuseOtherPaths, type Call } from '../http/call.ts';
import { parseFields } from '../http/fields.ts';
import { jsonBody } from '../http/json-body.ts';
import { Refusal } from '../http/refusals.ts';
import type { Reply } from '../http/reply.ts';
import { logEvents } from '../log-events.ts';
import { presentUsers } from '../users/present-users.ts';
import { verifyPassword } from './password-hash.ts';
import { refuseForeignSite } from './same-site.ts';
import { sessionCookies, sessionTokenOf } from './session-cookies.ts';

/** Nineteen guesses at a name in an hour. */
const NAME_LIMIT: AttemptLimit = { free: 4, longestWait: 600_000 };
/** A network may be a whole campus; what succeeds does not count. */
const NETWORK_LIMIT: AttemptLimit = { free: 50, longestWait: 600_000 };
/** Networks that a person is known from, newest first. */
const NETWORKS_KEPT = 8;

/**
 * Signs a person in by name and password. An unknown name, an inactive user and a wrong password answer alike, after
 * the same reads and the same hashing.
 *
 * @throws Refusal wrong-password, too-many-attempts, foreign-origin
 */
export async function signIn(deps: BaseDependencies, call: Call): Promise<Reply> {
  refuseOtherPaths(call, '/authentication/login/');
  refuseForeignSite(call);
  const { username, password } = parseFields(loginSchema, jsonBody(call));
  const { user, last } = await readCandidate(deps, username);
  const network = networkOf(call.remote);
  const subjects = subjectsOf(username, network, last);
  await claimTry(deps, subjects);
  const matches = await verifyPassword(password, user?.fields.is_active ? user.fields.password : undefined);
  if (!matches || !user) {
    deps.log.info(logEvents.signInFailed);
    deps.meter.count(metricNames.signInFailed);
    throw new Refusal('wrong-password', 'Name or password is wrong, or the account is not active.');
  }
  await Promise.all(subjects.map(({ subject }) => forgiveAttempt(deps.control, subject)));
  return begin(deps, call, user, network, last);
}

/** Reads as often for a name that nobody has, so that the time tells nothing. */
async function readCandidate(
  { control }: BaseDependencies,
  username: string,
): Promise<{ user: Stored<'user'> | undefined; last: LastSignIn | undefined }> {
  const user = await readByGuard(control, 'user', guardKeys.username(username));
  if (!user) await readNumbered(control, 'user', 0);
  return { user, last: await readLastSignIn(control, user?.fields.id ?? 0) };
}

interface Subject {
  subject: string;
  limit: AttemptLimit;
}

/** From a network that the person is known from, guesses of strangers elsewhere make nobody wait. */
function subjectsOf(username: string, network: string, last: LastSignIn | undefined): Subject[] {
  const name = `name#${username.toLowerCase()}`;
  const known = last?.networks.includes(network) ?? false;
  return [
    { subject: `network#${network}`, limit: NETWORK_LIMIT },
    { subject: known ? `${name}#${network}` : name, limit: NAME_LIMIT },
  ];
}

async function claimTry(deps: BaseDependencies, subjects: readonly Subject[]): Promise<void> {
  for (const { subject, limit } of subjects) {
    const claim = await claimAttempt(deps.control, subject, limit, deps.sources.now());
    if (claim.allowed) continue;
    const seconds = Math.ceil(claim.waitMs / 1000);
    deps.log.info(logEvents.signInDelayed, { seconds });
    deps.meter.count(metricNames.signInDelayed);
    throw new Refusal('too-many-attempts', `Try again in ${seconds} seconds.`, {
      headers: { 'retry-after': String(seconds) },
    });
  }
}

/** The session's id is always new: one that the browser brought is ended, never taken over. */
async function begin(
  deps: BaseDependencies,
  call: Call,
  user: Stored<'user'>,
  network: string,
  last: LastSignIn | undefined,
): Promise<Reply> {
  const { control, sources, log } = deps;
  const earlier = sessionTokenOf(call);
  if (earlier) await endSession(control, earlier);
  const token = newSessionToken();
  const now = sources.now();
  const networks = [network, ...(last?.networks ?? []).filter((other) => other !== network)];
  await beginSession(control, token, user, now, {
    requestToken: sources.ulid(),
    signIn: { at: now.toISOString(), networks: networks.slice(0, NETWORKS_KEPT) },
  });
  log.info(logEvents.signedIn, { user: user.fields.id });
  const [body] = await presentUsers(control, [user]);
  return { status: 200, body, cookies: sessionCookies(call, token) };
}

export const newSessionToken = () => randomBytes(32).toString('base64url');
