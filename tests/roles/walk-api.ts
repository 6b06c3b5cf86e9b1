import { ApiRefusal, ApiSession } from '@keystone/local/demo/api-session.ts';
import { resources, type ResourceName } from '@keystone/shared/contracts/rest/operations.ts';
import { addPerson, MEMBER_PASSWORD } from '../support/centre.ts';

/** What the walk leaves for the agent to work on. */
export interface Centre {
  cluster: number;
  account: string;
  member: string;
}

const account = 'chemistry';
const member = 'alice';

/** A password that is wrong, and a browser that signs in again without having signed out. */
export async function signInInEveryWay(url: string, username: string, password: string): Promise<ApiSession> {
  await refused(401, () => ApiSession.signIn(url, username, 'not-the-password'));
  const session = await ApiSession.signIn(url, username, password);
  await session.call('POST', '/authentication/login/', { username, password });
  await session.call('GET', '/authentication/whoami/');
  return session;
}

/** Calls everything that the API has, as staff and as a member of a team. */
export async function walkApi(url: string, staff: ApiSession): Promise<Centre> {
  const user = await addPerson(staff, member);
  const alice = await ApiSession.signIn(url, member, MEMBER_PASSWORD);
  const team = await alice.create('/users/teams/', { name: 'Chemistry' });
  const cluster = await staff.create('/allocations/clusters/', { name: 'aurora' });
  const request = await alice.create('/allocations/requests/', ask(team));
  const walks: Record<ResourceName, Walk> = {
    users: [resources.users, { username: 'bob', password: MEMBER_PASSWORD }, { department: 'Chemistry' }],
    teams: [resources.teams, { name: 'Climate' }, { is_active: false }],
    memberships: [
      resources.memberships,
      { user: await addPerson(staff, 'carol'), team, role: 'MB' },
      { role: 'AD' },
    ],
    clusters: [resources.clusters, { name: 'nova' }, { access_mode: 'WL', access_teams: [team] }],
    requests: [resources.requests, ask(team), { title: 'More time', assignees: [user] }],
    allocations: [resources.allocations, { request, cluster, requested: 3 }, { requested: 4 }],
    reviews: [resources.reviews, { request, status: 'CR' }, { status: 'DC' }],
  };
  for (const walk of Object.values(walks)) await walkResource(staff, alice, walk);
  const wanted = { request, cluster, requested: 2 };
  await award(staff, request, await alice.create('/allocations/allocations/', wanted));
  await readTheRest(staff, alice, cluster);
  await signInWithLongHistory(url, staff, user);
  return { cluster, account, member };
}

/** A resource, a body to create one of its records with, and one that changes it. */
type Walk = readonly [resource: { path: string }, create: object, change: object];

const ask = (team: number) => ({ title: 'Time', description: 'For molecules.', team });

async function walkResource(
  staff: ApiSession,
  alice: ApiSession,
  [{ path }, body, patch]: Walk,
): Promise<void> {
  const key = { 'idempotency-key': `walk-${path}` };
  const id = await staff.create(path, body, key);
  if ((await staff.create(path, body, key)) !== id)
    throw new Error(`${path} took a repeated call as another`);
  for (const session of [staff, alice]) await session.call('GET', `${path}?_limit=5`);
  await staff.call('GET', `${path}${id}/`);
  await staff.call('PATCH', `${path}${id}/`, patch);
  await staff.call('DELETE', `${path}${id}/`);
}

/** Approved from today, and once only tried. */
async function award(staff: ApiSession, request: number, allocation: number): Promise<void> {
  const today = new Date().toISOString().slice(0, 10);
  const decision = { status: 'AP', awards: [{ allocation, awarded: 2 }], active: today };
  for (const dry_run of [true, false])
    await staff.call('POST', `/allocations/requests/${request}/decision/`, { ...decision, dry_run });
}

async function readTheRest(staff: ApiSession, alice: ApiSession, cluster: number): Promise<void> {
  for (const session of [staff, alice]) await session.call('GET', '/usage/balances/');
  const year = `account=${account}&cluster=${cluster}&from=2026-01-01&to=2026-12-31`;
  await alice.call('GET', `/usage/days/?${year}`);
  await alice.call('GET', '/health/');
  await alice.call('GET', '/openapi/');
  await alice.call('POST', '/authentication/logout/', {});
}

/** A history that the record no longer names is asked for by a query, by whoever shows the record. */
async function signInWithLongHistory(url: string, staff: ApiSession, user: number): Promise<void> {
  for (let change = 0; change < 12; change += 1)
    await staff.call('PATCH', `/users/users/${user}/`, { department: `Department ${change}` });
  await ApiSession.signIn(url, member, MEMBER_PASSWORD);
}

async function refused(status: number, call: () => Promise<unknown>): Promise<void> {
  try {
    await call();
  } catch (error) {
    if (error instanceof ApiRefusal && error.status === status) return;
    throw error;
  }
  throw new Error(`a call was answered that should have been refused with ${status}`);
}
