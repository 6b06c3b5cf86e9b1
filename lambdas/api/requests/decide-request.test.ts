import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readChildren } from '@keystone/shared/store/lists/children-reader.ts';
import { postCharges } from '@keystone/shared/store/ledger/ledger-writer.ts';
import { charge } from '@keystone/shared/store/testing/usage-records.ts';
import { startApiWorld, type ApiWorld } from '../testing/api-world.ts';
import { approval, teamWorld, type TeamWorld } from '../testing/team-world.ts';
import { at, numberAt } from '../testing/test-client.ts';

let world: ApiWorld;
let team: TeamWorld;

beforeAll(async () => {
  world = await startApiWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  team = await teamWorld(world);
  world.sent();
});

const clustersSent = () => world.sent().map((body) => at(JSON.parse(body), 'cluster'));
const later = (milliseconds: number) => {
  world.sources.clock.now = new Date(world.sources.clock.now.getTime() + milliseconds);
};
/** A run of ten hours on four billing units (40 SU) that started at 06:00 on the day of the tests. */
async function use(seconds = 144_000, segment = 1) {
  const end = Date.UTC(2026, 10, 24, 11) / 1000;
  const elapsed = seconds / 4;
  const run = { account: team.slug, jobIdRaw: team.cluster * 10 + segment, end, start: end - elapsed };
  await postCharges({ ledger: world.deps.ledger, sources: world.sources, onCommit: () => undefined }, [
    charge(run, { epoch: 1, segment }, team.cluster),
  ]);
}

describe('an approval', () => {
  it('places the award, writes the review, and owes the cluster a policy', async () => {
    const { request, allocation } = await team.ask();
    const decided = await team.decide(request, { ...approval(allocation), comment: 'fine' });
    expect(decided).toMatchObject({
      status: 200,
      body: {
        dry_run: false,
        status_before: 'PD',
        request: { id: request, status: 'AP', active: '2026-11-24', expire: '2027-11-24' },
        effects: [
          {
            cluster: team.cluster,
            account: team.slug,
            entitled_before: 0,
            entitled_after: 1_800_000,
            used: 0,
            remaining_before: 0,
            remaining_after: 1_800_000,
          },
        ],
      },
    });
    await expect(team.grants()).resolves.toEqual([
      { id: allocation, awarded: 1_800_000, from: '2026-11-24', until: '2027-11-24', withdrawn: null },
    ]);
    expect(clustersSent()).toEqual([team.cluster]);
    const reviews = await readChildren(world.deps.control, 'request', request, 'review');
    expect(reviews).toMatchObject([{ fields: { status: 'AP', comment: 'fine' } }]);
    expect((await world.admin.get(`/allocations/requests/${request}/`)).headers['etag']).toBe(
      decided.headers['etag'],
    );
  });

  it('rehearsed answers the same and writes nothing', async () => {
    const { request, allocation } = await team.ask();
    const before = await world.admin.get(`/allocations/requests/${request}/`);
    const rehearsed = await team.decide(request, { ...approval(allocation), dry_run: true });
    expect(await world.admin.get(`/allocations/requests/${request}/`)).toEqual({
      ...before,
      headers: expect.anything(),
    });
    await expect(team.grants()).resolves.toBeUndefined();
    expect(clustersSent()).toEqual([]);
    const decided = await team.decide(request, approval(allocation));
    const plain = (body: unknown) => ({
      ...Object(body),
      dry_run: null,
      request: { ...Object(at(body, 'request')), _history: [] },
    });
    expect(plain(rehearsed.body)).toEqual(plain(decided.body));
  });

  it('again amends the award, and raises or lowers what is left', async () => {
    const { request, allocation } = await team.ask();
    await team.decide(request, approval(allocation, 500));
    await use();
    const amended = await team.decide(request, { status: 'AP', awards: [{ allocation, awarded: 100 }] });
    expect(at(amended.body, 'effects', 0)).toMatchObject({
      entitled_before: 1_800_000,
      entitled_after: 360_000,
      used: 144_000,
      remaining_after: 216_000,
    });
  });

  it.each([
    ['without a first day', { active: undefined }, 'active'],
    ['that ends when it begins', { expire: '2026-11-24' }, 'expire'],
    ['of an allocation of another request', { awards: [{ allocation: 999_999, awarded: 1 }] }, 'awards'],
  ])('%s is refused, and leaves nothing behind', async (_what, change, field) => {
    const { request, allocation } = await team.ask();
    const refused = await team.decide(request, { ...approval(allocation), ...change });
    expect(refused).toMatchObject({ status: 400, body: { errors: { [field]: [expect.any(String)] } } });
    expect((await world.admin.get(`/allocations/requests/${request}/`)).body).toMatchObject({ status: 'PD' });
    await expect(team.grants()).resolves.toBeUndefined();
  });

  it('names an allocation once, and awards go with it alone', async () => {
    const { request, allocation } = await team.ask();
    const award = { allocation, awarded: 1 };
    const twice = await team.decide(request, { ...approval(allocation), awards: [award, award] });
    expect(twice).toMatchObject({ status: 400, body: { errors: { awards: expect.anything() } } });
    const declined = await team.decide(request, { status: 'DC', awards: [award] });
    expect(declined).toMatchObject({ status: 400, body: { errors: { awards: expect.anything() } } });
  });

  it('does not move the first day of an award that has begun, and does move its end', async () => {
    const { request, allocation } = await team.ask();
    await team.decide(request, approval(allocation));
    const moved = await team.decide(request, { status: 'AP', active: '2026-11-25' });
    expect(moved).toMatchObject({ status: 400, body: { errors: { active: expect.anything() } } });
    const patched = await world.admin.patch(`/allocations/requests/${request}/`, { active: '2026-10-01' });
    expect(patched).toMatchObject({ status: 400, body: { errors: { active: expect.anything() } } });
    world.sent();
    const longer = await world.admin.patch(`/allocations/requests/${request}/`, { expire: '2028-01-01' });
    expect(longer).toMatchObject({ status: 200, body: { expire: '2028-01-01' } });
    await expect(team.grants()).resolves.toMatchObject([{ until: '2028-01-01' }]);
    expect(clustersSent()).toEqual([team.cluster]);
  });

  it('of an award that is yet to begin can be moved', async () => {
    const { request, allocation } = await team.ask();
    await team.decide(request, { ...approval(allocation), active: '2027-01-01' });
    await team.decide(request, { status: 'AP', active: '2027-02-01' });
    await expect(team.grants()).resolves.toMatchObject([{ from: '2027-02-01' }]);
  });
});

describe('a withdrawal', () => {
  it('ends the award with what was drawn, rehearsed alike', async () => {
    const { request, allocation } = await team.ask();
    await team.decide(request, approval(allocation));
    await use();
    const rehearsed = await team.decide(request, { status: 'DC', dry_run: true });
    const withdrawn = await team.decide(request, { status: 'DC' });
    for (const { body } of [rehearsed, withdrawn])
      expect(body).toMatchObject({
        status_before: 'AP',
        request: { status: 'DC', _allocations: [{ awarded: 500, final: 40 }] },
        effects: [{ entitled_after: 144_000, used: 144_000, remaining_after: 0 }],
      });
    await expect(team.grants()).resolves.toMatchObject([{ withdrawn: '2026-11-24', kept: 144_000 }]);
  });

  it('leaves to the award what it carried of the day, and runs that come later to the others', async () => {
    const { request, allocation } = await team.ask();
    await team.decide(request, approval(allocation));
    const other = await team.ask();
    await team.decide(other.request, { ...approval(other.allocation), expire: '2028-11-24' });
    await use();
    await team.decide(request, { status: 'DC' });
    await use(72_000, 2);
    await expect(team.grants()).resolves.toMatchObject([{ withdrawn: '2026-11-24', kept: 144_000 }, {}]);
    const { body } = await world.admin.get(`/usage/balances/?cluster=${team.cluster}`);
    expect(body).toMatchObject({ results: [{ remaining: 1_728_000 }] });
    expect(at(body, 'results')).toMatchObject([
      {
        grants: [
          { id: allocation, drawn: 144_000 },
          { id: other.allocation, drawn: 72_000 },
        ],
      },
    ]);
  });

  it('of what never began leaves no trace', async () => {
    const { request, allocation } = await team.ask();
    await team.decide(request, { ...approval(allocation), active: '2027-01-01' });
    await team.decide(request, { status: 'DC' });
    await expect(team.grants()).resolves.toEqual([]);
  });

  it('happens by deleting the allocation or the request too', async () => {
    const first = await team.ask();
    await team.decide(first.request, approval(first.allocation));
    world.sent();
    expect((await world.admin.delete(`/allocations/allocations/${first.allocation}/`)).status).toBe(204);
    const second = await team.ask();
    await team.decide(second.request, approval(second.allocation));
    expect((await world.admin.delete(`/allocations/requests/${second.request}/`)).status).toBe(204);
    await expect(team.grants()).resolves.toMatchObject([
      { id: first.allocation, withdrawn: '2026-11-24' },
      { id: second.allocation, withdrawn: '2026-11-24' },
    ]);
    expect(clustersSent()).toEqual([team.cluster, team.cluster, team.cluster]);
    for (const path of [`allocations/${first.allocation}`, `requests/${second.request}`])
      expect((await world.admin.get(`/allocations/${path}/`)).status).toBe(404);
    expect((await world.admin.get(`/allocations/allocations/${second.allocation}/`)).status).toBe(404);
  });
});

describe('an award', () => {
  it('is placed by a change of the allocation of an approved request', async () => {
    const { request, allocation } = await team.ask();
    await team.decide(request, { ...approval(allocation), awards: [] });
    await expect(team.grants()).resolves.toBeUndefined();
    await world.admin.patch(`/allocations/allocations/${allocation}/`, { awarded: 20 });
    await expect(team.grants()).resolves.toMatchObject([{ awarded: 72_000 }]);
    await world.admin.patch(`/allocations/allocations/${allocation}/`, { awarded: null });
    await expect(team.grants()).resolves.toMatchObject([{ withdrawn: '2026-11-24' }]);
    const more = { request, cluster: team.cluster, requested: 7, awarded: 7 };
    const added = await world.admin.post('/allocations/allocations/', more);
    await expect(team.grants()).resolves.toMatchObject([
      {},
      { id: numberAt(added.body, 'id'), awarded: 25_200 },
    ]);
  });

  it('is refused on a cluster that was deleted, and one that stands there can be taken back', async () => {
    const { request, allocation } = await team.ask();
    const other = await team.ask();
    await team.decide(other.request, approval(other.allocation));
    expect((await world.admin.delete(`/allocations/clusters/${team.cluster}/`)).status).toBe(204);
    const refused = await team.decide(request, approval(allocation));
    expect(refused).toMatchObject({ status: 400, body: { errors: { awarded: [expect.any(String)] } } });
    expect((await team.decide(other.request, { status: 'DC' })).status).toBe(200);
    await expect(team.grants()).resolves.toMatchObject([{ withdrawn: '2026-11-24' }]);
  });

  it('is asked for twenty times in one request at most, which can then be decided and deleted', async () => {
    const { request, allocation } = await team.ask();
    const { client } = team.owner;
    const more = () =>
      client.post('/allocations/allocations/', { request, cluster: team.cluster, requested: 1 });
    for (let asked = 1; asked < 20; asked += 1) expect((await more()).status).toBe(201);
    await expect(more()).resolves.toMatchObject({
      status: 400,
      body: { errors: { request: expect.anything() } },
    });
    expect((await team.decide(request, approval(allocation))).status).toBe(200);
    expect((await world.admin.delete(`/allocations/requests/${request}/`)).status).toBe(204);
  }, 60_000);

  it('may be more than was asked for, which may be nothing', async () => {
    const { request } = await team.ask();
    const body = { request, cluster: team.cluster, requested: 0, awarded: 5 };
    expect((await world.admin.post('/allocations/allocations/', body)).status).toBe(201);
  });

  it('waits for the approval where the request is pending', async () => {
    const { allocation } = await team.ask();
    await world.admin.patch(`/allocations/allocations/${allocation}/`, { awarded: 20 });
    await expect(team.grants()).resolves.toBeUndefined();
  });

  it('has a final figure once it has ended, which nobody edits', async () => {
    const { request, allocation } = await team.ask();
    await team.decide(request, { ...approval(allocation), expire: '2026-11-26' });
    await use();
    const path = `/allocations/allocations/${allocation}/`;
    expect((await world.admin.get(path)).body).toMatchObject({ final: null });
    later(3 * 86_400_000);
    await world.admin.signIn('admin', 'a long enough password');
    expect((await world.admin.get(path)).body).toMatchObject({ final: 40 });
    expect(
      (await world.admin.get(`/allocations/allocations/?final=40&request=${request}`)).body,
    ).toMatchObject({ count: 1 });
    expect((await world.admin.patch(path, { final: 40 })).status).toBe(200);
    const edited = await world.admin.patch(path, { final: 39 });
    expect(edited).toMatchObject({
      status: 400,
      body: { errors: { final: [expect.stringContaining('adjustment')] } },
    });
    later(-3 * 86_400_000);
  });

  it('is staff’s to make, on a cluster that the team may use unless staff says', async () => {
    const { request } = await team.ask();
    const cluster = numberAt(
      (await world.admin.post('/allocations/clusters/', { name: `closed ${request}`, access_mode: 'WL' }))
        .body,
      'id',
    );
    const wanted = { request, requested: 5 };
    const { client } = team.owner;
    const foreign = await client.post('/allocations/allocations/', { ...wanted, cluster });
    expect(foreign).toMatchObject({ status: 403, body: { errors: { cluster: expect.anything() } } });
    const awarded = await client.post('/allocations/allocations/', {
      ...wanted,
      cluster: team.cluster,
      awarded: 5,
    });
    expect(awarded).toMatchObject({ status: 403, body: { errors: { awarded: expect.anything() } } });
    expect((await world.admin.post('/allocations/allocations/', { ...wanted, cluster })).status).toBe(201);
  });
});
