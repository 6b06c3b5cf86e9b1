import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApiWorld, type ApiWorld } from '../testing/api-world.ts';
import { teamWorld, type TeamWorld } from '../testing/team-world.ts';
import { numberAt, type TestClient } from '../testing/test-client.ts';

let world: ApiWorld;
let chem: TeamWorld;
let clients: Record<Role, TestClient>;

const roles = ['nobody', 'stranger', 'member', 'admin', 'owner', 'staff'] as const;
type Role = (typeof roles)[number];

beforeAll(async () => {
  world = await startApiWorld();
  chem = await teamWorld(world);
  clients = {
    nobody: world.visitor(),
    stranger: chem.stranger.client,
    member: chem.member.client,
    admin: chem.admin.client,
    owner: chem.owner.client,
    staff: world.admin,
  };
});
afterAll(() => world.close());

/** What the documentation's table says, written by hand: nobody, stranger, member, admin, owner, staff. */
interface Rights {
  path: string;
  read: number[];
  create: number[];
  change: number[];
  remove: number[];
  /** A body that a creation takes, and one that a change does. */
  body(): Promise<object>;
  patch: object;
  /** A record of the team, made for this once. */
  target(): Promise<number>;
}

const unique = () => `t${world.sources.ulid().replace(/^0+/, '')}`;
const made = async (path: string, body: object) => numberAt((await world.admin.post(path, body)).body, 'id');
const newUser = () => made('/users/users/', { username: unique(), password: 'a long enough password' });

const everyone = [401, 200, 200, 200, 200, 200];
const team = [401, 403, 200, 200, 200, 200];
const only = (staff: number) => [401, 403, 403, 403, 403, staff];
const managers = (status: number) => [401, 403, 403, status, status, status];

const matrix: Record<string, Rights> = {
  request: {
    path: '/allocations/requests/',
    read: team,
    create: managers(201),
    change: only(200),
    remove: only(204),
    body: async () => ({ title: 'Time', description: 'for molecules', team: chem.team }),
    patch: { title: 'More time' },
    target: async () => (await chem.ask()).request,
  },
  allocation: {
    path: '/allocations/allocations/',
    read: team,
    create: managers(201),
    change: only(200),
    remove: only(204),
    body: async () => ({ request: (await chem.ask()).request, cluster: chem.cluster, requested: 5 }),
    patch: { requested: 7 },
    target: async () => (await chem.ask()).allocation,
  },
  review: {
    path: '/allocations/reviews/',
    read: team,
    create: only(201),
    change: only(200),
    remove: only(204),
    body: async () => ({ request: (await chem.ask()).request, status: 'AP' }),
    patch: { status: 'DC' },
    target: async () => made('/allocations/reviews/', { request: (await chem.ask()).request, status: 'AP' }),
  },
  cluster: {
    path: '/allocations/clusters/',
    read: everyone,
    create: only(201),
    change: only(200),
    remove: only(204),
    body: async () => ({ name: unique() }),
    patch: { description: 'new' },
    target: () => made('/allocations/clusters/', { name: unique() }),
  },
  team: {
    path: '/users/teams/',
    read: everyone,
    create: [401, 201, 201, 201, 201, 201],
    change: managers(200),
    remove: managers(204),
    body: async () => ({ name: unique() }),
    patch: { is_active: false },
    target: async () => {
      const id = numberAt((await chem.owner.client.post('/users/teams/', { name: unique() })).body, 'id');
      await world.admin.post('/users/memberships/', { team: id, user: chem.admin.id, role: 'AD' });
      await world.admin.post('/users/memberships/', { team: id, user: chem.member.id, role: 'MB' });
      return id;
    },
  },
  membership: {
    path: '/users/memberships/',
    read: everyone,
    create: managers(201),
    change: managers(200),
    remove: managers(204),
    body: async () => ({ team: chem.team, user: await newUser(), role: 'MB' }),
    patch: { role: 'AD' },
    target: async () => made('/users/memberships/', { team: chem.team, user: await newUser(), role: 'MB' }),
  },
  user: {
    path: '/users/users/',
    read: everyone,
    create: only(201),
    change: only(200),
    remove: only(204),
    body: async () => ({ username: unique(), password: 'a long enough password' }),
    patch: { department: 'Chemistry' },
    target: newUser,
  },
};

/** Who gets which status, as one line that a failure prints whole. */
async function statuses(send: (client: TestClient) => Promise<{ status: number }>): Promise<number[]> {
  const found: number[] = [];
  for (const role of roles) found.push((await send(clients[role])).status);
  return found;
}

describe.each(Object.keys(matrix))('rights to a %s', (name) => {
  const rights = () => {
    const found = matrix[name];
    if (!found) throw new Error(name);
    return found;
  };

  it('to read one, and its options and head', async () => {
    const { path, read, target } = rights();
    const id = await target();
    await expect(statuses((client) => client.get(`${path}${id}/`))).resolves.toEqual(read);
    await expect(statuses((client) => client.call('HEAD', `${path}${id}`))).resolves.toEqual(read);
    await expect(statuses((client) => client.call('OPTIONS', `${path}${id}/`))).resolves.toEqual(everyone);
  });

  it('to list', async () => {
    const { path } = rights();
    await expect(statuses((client) => client.get(path))).resolves.toEqual(everyone);
  });

  it('to create', async () => {
    const { path, create, body } = rights();
    await expect(statuses(async (client) => client.post(path, await body()))).resolves.toEqual(create);
  });

  it('to change', async () => {
    const { path, change, patch, target } = rights();
    await expect(
      statuses(async (client) => client.patch(`${path}${await target()}/`, patch)),
    ).resolves.toEqual(change);
  });

  it('to delete', async () => {
    const { path, remove, target } = rights();
    await expect(statuses(async (client) => client.delete(`${path}${await target()}/`))).resolves.toEqual(
      remove,
    );
  });

  it('asks for the right before it looks at the body', async () => {
    const { path, create, target, change } = rights();
    const refused = (list: number[]) => list.map((status) => (status < 400 ? 400 : status));
    const nonsense = { nonsense: true, team: chem.team, request: (await chem.ask()).request };
    await expect(statuses((client) => client.post(path, nonsense))).resolves.toEqual(refused(create));
    await expect(
      statuses(async (client) => client.patch(`${path}${await target()}/`, { nonsense: true })),
    ).resolves.toEqual(refused(change));
  });
});

describe('rights to operations', () => {
  it.each([
    ['POST', 'decision', { status: 'CR' }, 200],
    ['POST', 'enrolment', {}, 201],
    ['GET', 'agent', undefined, 200],
  ] as const)('%s %s is for staff', async (method, operation, body, status) => {
    const path = async () =>
      operation === 'decision'
        ? `/allocations/requests/${(await chem.ask()).request}/decision/`
        : `/allocations/clusters/${chem.cluster}/${operation}/`;
    await expect(statuses(async (client) => client.call(method, await path(), body))).resolves.toEqual(
      only(status),
    );
    await expect(statuses(async (client) => client.call('OPTIONS', await path()))).resolves.toEqual(
      only(200),
    );
  });

  it('health is for anyone, the description of the API for whoever is signed in', async () => {
    await expect(statuses((client) => client.get('/health/'))).resolves.toEqual(Array(6).fill(200));
    await expect(statuses((client) => client.get('/openapi/'))).resolves.toEqual(everyone);
    await expect(statuses((client) => client.get('/authentication/whoami/'))).resolves.toEqual(everyone);
  });
});

describe('what is not theirs', () => {
  it('shows strangers nothing in lists, filters, searches or orders', async () => {
    const { request, allocation } = await chem.ask({ title: 'Canary of chemistry' });
    await made('/allocations/reviews/', { request, status: 'AP' });
    const paths = [
      '/allocations/requests/',
      `/allocations/requests/?team=${chem.team}`,
      '/allocations/requests/?_search=canary',
      `/allocations/requests/?id=${request}`,
      '/allocations/requests/?title__contains=Canary&_order=title',
      '/allocations/allocations/',
      `/allocations/allocations/?request=${request}`,
      `/allocations/allocations/?id=${allocation}`,
      '/allocations/reviews/',
      `/allocations/reviews/?request=${request}`,
      '/usage/balances/',
      `/usage/balances/?team=${chem.team}`,
    ];
    for (const path of paths) {
      const { status, body } = await chem.stranger.client.get(path);
      expect({ path, status, body }).toEqual({
        path,
        status: 200,
        body: { count: 0, next: null, previous: null, results: [] },
      });
    }
    expect((await chem.member.client.get('/allocations/requests/?_search=canary')).body).toMatchObject({
      count: 1,
    });
  });

  it('cannot be acted for: another team, or one that does not exist, is refused alike', async () => {
    const other = await teamWorld(world);
    const { request } = await other.ask();
    for (const team of [other.team, 999_999])
      expect(
        (await chem.owner.client.post('/allocations/requests/', { title: 'T', description: 'd', team }))
          .status,
      ).toBe(403);
    for (const wanted of [request, 999_999])
      expect(
        (
          await chem.owner.client.post('/allocations/allocations/', {
            request: wanted,
            cluster: chem.cluster,
            requested: 1,
          })
        ).status,
      ).toBe(403);
    expect(
      (await chem.owner.client.post('/users/memberships/', { team: other.team, user: 1, role: 'OW' })).status,
    ).toBe(403);
  });
});

describe('what is one’s own', () => {
  it('may be changed, but for what only staff sets', async () => {
    const { id, client } = await world.person();
    expect((await client.patch(`/users/users/${id}/`, { first_name: 'Ada' })).body).toMatchObject({
      first_name: 'Ada',
      is_staff: false,
    });
    for (const patch of [{ is_staff: true }, { is_active: false }, { username: 'root2' }])
      expect((await client.patch(`/users/users/${id}/`, patch)).status).toBe(403);
    expect((await client.delete(`/users/users/${id}/`)).status).toBe(204);
  });

  it('can be sent back whole as it was read', async () => {
    const { id, client } = await world.person();
    const { body } = await client.get(`/users/users/${id}/`);
    expect((await client.patch(`/users/users/${id}/`, body)).status).toBe(200);
  });

  it('a member may leave', async () => {
    const { id, client } = await world.person();
    const membership = await made('/users/memberships/', { team: chem.team, user: id, role: 'MB' });
    expect((await client.delete(`/users/memberships/${membership}/`)).status).toBe(204);
  });
});
