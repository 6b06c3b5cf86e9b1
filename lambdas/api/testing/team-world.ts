import { readEntitlement } from '@keystone/shared/store/table/control-reader.ts';
import type { RecordShapes } from '@keystone/shared/store/table/records.ts';
import type { ApiWorld, Person } from './api-world.ts';
import { numberAt } from './test-client.ts';

/** A team with one person of each role, a cluster that it may use, and someone who is not in it. */
export interface TeamWorld {
  team: number;
  slug: string;
  cluster: number;
  owner: Person;
  admin: Person;
  member: Person;
  stranger: Person;
  memberships: Record<'admin' | 'member', number>;
  /** Has the owner ask for time; answers the ids of the request and its allocation. */
  ask(fields?: { title?: string; requested?: number }): Promise<{ request: number; allocation: number }>;
  /** Has staff decide. */
  decide(request: number, decision: object): ReturnType<Person['client']['post']>;
  /** Grants of the team's account on the cluster, as they stand. */
  grants(): Promise<RecordShapes['entitlement']['grants'] | undefined>;
}

/** An approval for a year from the day of the tests. */
export const approval = (allocation: number, awarded = 500) => ({
  status: 'AP',
  awards: [{ allocation, awarded }],
  active: '2026-11-24',
  expire: '2027-11-24',
});

let made = 0;

export async function teamWorld(world: ApiWorld): Promise<TeamWorld> {
  made += 1;
  const [owner, admin, member, stranger] = [
    await world.person(),
    await world.person(),
    await world.person(),
    await world.person(),
  ];
  const slug = `team${made}`;
  const team = numberAt((await owner.client.post('/users/teams/', { name: slug })).body, 'id');
  const join = async (user: number, role: string) =>
    numberAt((await owner.client.post('/users/memberships/', { user, team, role })).body, 'id');
  const memberships = { admin: await join(admin.id, 'AD'), member: await join(member.id, 'MB') };
  const cluster = numberAt(
    (await world.admin.post('/allocations/clusters/', { name: `cluster ${made}` })).body,
    'id',
  );
  const ask: TeamWorld['ask'] = async ({ title = 'Time', requested = 1000 } = {}) => {
    const body = { title, description: 'for molecules', team };
    const request = numberAt((await owner.client.post('/allocations/requests/', body)).body, 'id');
    const wanted = { request, cluster, requested };
    const allocation = numberAt((await owner.client.post('/allocations/allocations/', wanted)).body, 'id');
    return { request, allocation };
  };
  const decide: TeamWorld['decide'] = (request, decision) =>
    world.admin.post(`/allocations/requests/${request}/decision/`, decision);
  const grants: TeamWorld['grants'] = async () =>
    (await readEntitlement(world.deps.control, cluster, slug))?.fields.grants;
  return { team, slug, cluster, owner, admin, member, stranger, memberships, ask, decide, grants };
}
