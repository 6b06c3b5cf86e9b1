import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { reserveIds } from '@keystone/shared/store/unit-of-work/counters.ts';
import { startApiWorld, type ApiWorld } from '../testing/api-world.ts';
import { teamWorld, type TeamWorld } from '../testing/team-world.ts';
import { at, numberAt, type TestClient } from '../testing/test-client.ts';

let world: ApiWorld;
let team: TeamWorld;
beforeAll(async () => {
  world = await startApiWorld();
  team = await teamWorld(world);
  for (const title of ['Delta', 'alpha', 'Charlie', 'bravo']) await team.ask({ title });
});
afterAll(() => world.close());

const titles = async (client: TestClient, query: string) => {
  const { body } = await client.get(`/allocations/requests/?${query}`);
  const results = at(body, 'results');
  return Array.isArray(results) ? results.map((record) => at(record, 'title')) : body;
};

describe('a list', () => {
  it('is ordered by id, or as asked', async () => {
    const { client } = team.member;
    await expect(titles(client, '')).resolves.toEqual(['Delta', 'alpha', 'Charlie', 'bravo']);
    await expect(titles(client, '_order=title')).resolves.toEqual(['Charlie', 'Delta', 'alpha', 'bravo']);
    await expect(titles(client, '_order=status,-title')).resolves.toEqual([
      'bravo',
      'alpha',
      'Delta',
      'Charlie',
    ]);
  });

  it('is walked by absolute addresses that keep the question', async () => {
    let path: string | undefined = '/allocations/requests/?_limit=3&_order=-title&status=PD';
    const seen: unknown[] = [];
    const { client } = team.member;
    while (path) {
      const { body } = await client.get(path);
      expect(at(body, 'count')).toBe(4);
      const results = at(body, 'results');
      if (Array.isArray(results)) seen.push(...results.map((record) => at(record, 'title')));
      const next = at(body, 'next');
      if (typeof next === 'string')
        expect(next).toMatch(/^http:\/\/127\.0\.0\.1:8080\/api\/allocations\/requests\/\?/);
      path = typeof next === 'string' ? next.replace('http://127.0.0.1:8080/api', '') : undefined;
    }
    expect(seen).toEqual(['bravo', 'alpha', 'Delta', 'Charlie']);
    const last = await client.get('/allocations/requests/?_limit=3&_offset=3');
    expect(at(last.body, 'previous')).toBe(
      'http://127.0.0.1:8080/api/allocations/requests/?_limit=3&_offset=0',
    );
  });

  it('is searched in its texts and the names that it refers to', async () => {
    const { client } = team.member;
    await expect(titles(client, '_search=LPH')).resolves.toEqual(['alpha']);
    await expect(titles(client, `_search=${team.slug}`)).resolves.toHaveLength(4);
    await expect(titles(client, `_search=${team.owner.username}`)).resolves.toHaveLength(4);
    await expect(titles(client, '_search=nothing-of-it')).resolves.toEqual([]);
  });

  it('is filtered by several fields at once', async () => {
    const { client } = team.member;
    await expect(titles(client, 'title__contains=a&title__startswith=a')).resolves.toEqual(['alpha']);
    await expect(
      titles(client, `team=${team.team}&submitter=${team.owner.id}&status__not_eq=AP`),
    ).resolves.toHaveLength(4);
    await expect(titles(client, `team=${team.team + 1000}`)).resolves.toEqual([]);
    await expect(titles(client, 'active__isnull=true&submitted__year=2026')).resolves.toHaveLength(4);
  });

  it('refuses what it does not know, by name, for every resource', async () => {
    for (const path of [
      '/users/users/',
      '/users/teams/',
      '/users/memberships/',
      '/allocations/clusters/',
      '/allocations/requests/',
      '/allocations/allocations/',
      '/allocations/reviews/',
      '/usage/balances/',
    ])
      for (const query of [
        'nonsense=1',
        'id__nonsense=1',
        'cluster=x',
        'password=x',
        '_order=nonsense',
        '_limit=x',
      ]) {
        const { status, body } = await world.admin.get(`${path}?${query}`);
        const [name = ''] = query.split('=');
        expect({ path, query, status, errors: at(body, 'errors', name) }).toEqual({
          path,
          query,
          status: 400,
          errors: [expect.any(String)],
        });
      }
  });

  it('never tells the hash of a password', async () => {
    for (const path of [
      '/users/users/',
      '/users/users/1/',
      '/authentication/whoami/',
      '/users/users/?_search=argon2id',
    ]) {
      const { body } = await world.admin.get(path);
      expect(JSON.stringify(body)).not.toContain('argon2id');
    }
    expect((await world.admin.get('/users/users/?_search=argon2id')).body).toMatchObject({ count: 0 });
  });

  it('names on a cluster teams that were deleted since, and takes them back as they were read', async () => {
    const made = async (path: string, body: object) =>
      numberAt((await world.admin.post(path, body)).body, 'id');
    const gone = await made('/users/teams/', { name: 'Gone soon' });
    const access = { name: 'of a team', access_mode: 'WL', access_teams: [gone] };
    const path = `/allocations/clusters/${await made('/allocations/clusters/', access)}/`;
    await world.admin.delete(`/users/teams/${gone}/`);
    const { body } = await world.admin.get(path);
    expect(body).toMatchObject({ _access_teams: [{ id: gone }] });
    expect((await world.admin.call('PUT', path, body)).status).toBe(200);
    const other = await world.admin.post('/allocations/clusters/', { ...access, name: 'another' });
    expect(other).toMatchObject({ status: 400, body: { errors: { access_teams: [expect.any(String)] } } });
    await world.admin.delete(path);
  });

  it('shows clusters by access mode', async () => {
    const names = async (client: TestClient) => {
      const { body } = await client.get('/allocations/clusters/?name__startswith=mode');
      const results = at(body, 'results');
      return Array.isArray(results) ? results.map((record) => at(record, 'name')) : [];
    };
    const access_teams = [team.team];
    await world.admin.post('/allocations/clusters/', { name: 'mode open', access_mode: 'OP' });
    await world.admin.post('/allocations/clusters/', {
      name: 'mode listed',
      access_mode: 'WL',
      access_teams,
    });
    await world.admin.post('/allocations/clusters/', { name: 'mode but', access_mode: 'BL', access_teams });
    await expect(names(world.admin)).resolves.toEqual(['mode open', 'mode listed', 'mode but']);
    await expect(names(team.member.client)).resolves.toEqual(['mode open', 'mode listed']);
    await expect(names(team.stranger.client)).resolves.toEqual(['mode open', 'mode but']);
  });

  it('tells the history of each record, newest first, with who did what', async () => {
    const { request } = await team.ask({ title: 'With history' });
    await world.admin.patch(`/allocations/requests/${request}/`, { title: 'Renamed' });
    const { body } = await team.member.client.get(`/allocations/requests/?id=${request}`);
    expect(at(body, 'results', 0, '_history')).toMatchObject([
      {
        action: 'update',
        _actor: { username: 'admin' },
        changes: { title: { before: 'With history', after: 'Renamed' } },
      },
      { action: 'create', _actor: { username: team.owner.username } },
    ]);
  });

  it('tells of a changed password that it changed, and no more', async () => {
    const person = await world.person();
    await person.client.patch(`/users/users/${person.id}/`, { password: 'another long password' });
    const { body } = await world.admin.get(`/users/users/${person.id}/`);
    expect(at(body, '_history', 0, 'changes', 'password')).toEqual({
      before: '(not recorded)',
      after: '(not recorded)',
    });
  });

  it('shows a write at once to who made it', async () => {
    const made = await team.member.client.post('/users/teams/', { name: 'Just founded' });
    const id = numberAt(made.body, 'id');
    expect((await team.member.client.get(`/users/teams/?id=${id}`)).body).toMatchObject({ count: 1 });
  });

  it('shows at once that an own team, or a member of one, is gone, however many came after', async () => {
    const { client } = await world.person();
    const made = async (path: string, body: object) => numberAt((await client.post(path, body)).body, 'id');
    world.tables.indexDelayMs = 0;
    const first = await made('/users/teams/', { name: 'Founded first' });
    const second = await made('/users/teams/', { name: 'Founded second' });
    const guest = await world.person();
    const body = { team: second, user: guest.id, role: 'MB' };
    const membership = await made('/users/memberships/', body);
    world.tables.indexDelayMs = 3_600_000;
    await Promise.all(
      (['team', 'membership'] as const).map((kind) => reserveIds(world.deps.control, kind, 200)),
    );
    await client.delete(`/users/teams/${first}/`);
    await client.delete(`/users/memberships/${membership}/`);
    expect((await client.get(`/users/teams/?id=${first}`)).body).toMatchObject({ count: 0 });
    expect((await client.get(`/users/teams/?id=${second}`)).body).toMatchObject({ count: 1 });
    expect((await client.get(`/users/memberships/?id=${membership}`)).body).toMatchObject({ count: 0 });
  });
});
