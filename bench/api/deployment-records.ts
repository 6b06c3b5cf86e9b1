import type { RecordShapes } from '@keystone/shared/store/table/records.ts';
import type { NewRecord } from '../stack/write-records.ts';

/** First id of each kind that a deployment of records begins with. */
export interface FirstIds {
  user: number;
  team: number;
  membership: number;
  request: number;
  allocation: number;
}

export interface DeploymentSize {
  people: number;
  teams: number;
  requests: number;
}

/** One of any kind that a deployment is made of. */
export type DeploymentRecord = NewRecord<'user' | 'team' | 'membership' | 'request' | 'allocation'>;

/** Requests of one team: so many whatever the deployment's size. */
export const REQUESTS_OF_TEAM = 20;

/** Half as many people as requests, in teams of ten that asked twenty times. */
export const deploymentOf = (requests: number): DeploymentSize => ({
  people: Math.ceil(requests / 2),
  teams: Math.ceil(requests / REQUESTS_OF_TEAM),
  requests,
});

const JOINED = '2026-01-15T09:00:00.000Z';

/** People, teams and what they asked for; the n-th of a kind is the same whatever the size. */
export function* deploymentRecords(
  { people, teams, requests }: DeploymentSize,
  first: FirstIds,
  cluster: number,
): Generator<DeploymentRecord> {
  for (let index = 0; index < teams; index++) yield { kind: 'team', fields: team(first.team + index) };
  for (let index = 0; index < people; index++) {
    const user = person(first.user + index);
    yield { kind: 'user', fields: user };
    const membership = {
      id: first.membership + index,
      user: user.id,
      team: first.team + (index % teams),
      role: index < teams ? ('OW' as const) : ('MB' as const),
      username: user.username,
      active: true,
    };
    yield { kind: 'membership', fields: membership };
  }
  for (let index = 0; index < requests; index++) {
    const [asking, submitter] = [first.team + (index % teams), first.user + (index % teams)];
    const request = requestOf(first.request + index, asking, submitter);
    yield { kind: 'request', fields: request };
    const { id, status } = request;
    const awarded = status === 'AP' ? 8_000 : null;
    const allocation = { id: first.allocation + index, request: id, team: asking, cluster };
    yield { kind: 'allocation', fields: { ...allocation, requested: 10_000, awarded } };
  }
}

const team = (id: number) => ({ id, slug: `team${id}`, name: `Team ${id}`, is_active: true });

const person = (id: number): RecordShapes['user'] => ({
  id,
  username: `person${id}`,
  password: 'nobody signs in with this',
  first_name: 'Ada',
  last_name: `Lovelace the ${id}`,
  email: `person${id}@example.org`,
  department: 'Chemistry',
  role: 'Researcher',
  is_active: true,
  is_staff: false,
  is_ldap_user: false,
  date_joined: JOINED,
  sessions_from: JOINED,
});

function requestOf(id: number, asking: number, submitter: number): RecordShapes['request'] {
  const approved = id % 2 === 0;
  return {
    id,
    title: `Catalyst screening ${id}`,
    description: 'What we plan to run, and how the figures were estimated from last term’s jobs. '.repeat(3),
    submitted: '2026-02-01T09:00:00.000Z',
    active: approved ? '2026-02-15' : null,
    expire: approved ? '2027-02-15' : null,
    status: approved ? 'AP' : 'PD',
    submitter,
    team: asking,
    assignees: [],
  };
}
