import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startOfDay } from '@keystone/shared/domain/calendar.ts';
import { postCharges } from '@keystone/shared/store/ledger/ledger-writer.ts';
import type { Charge } from '@keystone/shared/store/ledger/ledger-records.ts';
import { charge, ZONE } from '@keystone/shared/store/testing/usage-records.ts';
import { startApiWorld, type ApiWorld } from '../testing/api-world.ts';
import { teamWorld, type TeamWorld } from '../testing/team-world.ts';
import { at } from '../testing/test-client.ts';

let world: ApiWorld;
let team: TeamWorld;
const END = Date.UTC(2026, 10, 24, 11) / 1000;

beforeAll(async () => {
  world = await startApiWorld();
  team = await teamWorld(world);
  const { request, allocation } = await team.ask();
  const awards = [{ allocation, awarded: 10 }];
  await team.decide(request, { status: 'AP', awards, active: '2026-11-01', expire: '2027-01-01' });
  // Charges are listed from an index alone.
  world.tables.indexDelayMs = 0;
  await use(team.slug, [1, 2, 3]);
  await use('an account of nobody', [4]);
});
afterAll(() => world.close());

/** Runs of an hour on four billing units, the later the higher their number. */
function use(account: string, jobs: number[]) {
  return post(
    jobs.map((job) => {
      const end = END - 60 * (10 - job);
      return charge(
        { account, jobIdRaw: job, end, start: end - 3600 },
        { epoch: 1, segment: job },
        team.cluster,
      );
    }),
  );
}

const post = (charges: Charge[]) =>
  postCharges({ ledger: world.deps.ledger, sources: world.sources, onCommit: () => undefined }, charges);

describe('balances', () => {
  it('tell a member what its team was awarded, used and has left', async () => {
    const { body } = await team.member.client.get('/usage/balances/');
    expect(body).toMatchObject({
      count: 1,
      results: [
        {
          cluster: team.cluster,
          account: team.slug,
          team: team.team,
          entitled: 36_000,
          used: 43_200,
          remaining: -7_200,
          awarded: 36_000,
          expire: '2027-01-01',
          locked: false,
          jobs: 3,
          as_of: '2026-11-24',
          grants: [{ awarded: 36_000, from: '2026-11-01', until: '2027-01-01', drawn: 36_000 }],
        },
      ],
    });
  });

  it('are filtered, and those of others stay hidden', async () => {
    const count = async (query: string) =>
      at((await world.admin.get(`/usage/balances/?${query}`)).body, 'count');
    await expect(count('')).resolves.toBe(1);
    await expect(count(`cluster=${team.cluster}&locked=false`)).resolves.toBe(1);
    await expect(count('locked=true')).resolves.toBe(0);
    await expect(count(`account__startswith=team&team__in=${team.team},9`)).resolves.toBe(1);
    await expect(count(`account=${team.slug}`)).resolves.toBe(1);
    await expect(count('account=another&locked=false')).resolves.toBe(0);
    expect((await team.stranger.client.get(`/usage/balances/?cluster=${team.cluster}`)).body).toMatchObject({
      count: 0,
    });
  });

  it('say when the cluster is closed to the team', async () => {
    await world.admin.patch(`/allocations/clusters/${team.cluster}/`, { enabled: false });
    expect((await team.member.client.get('/usage/balances/')).body).toMatchObject({
      results: [{ locked: true }],
    });
    await world.admin.patch(`/allocations/clusters/${team.cluster}/`, { enabled: true });
  });
});

describe('usage by days', () => {
  let other: TeamWorld;
  const DAY = 86_400;

  /** An hour on so many billing units. */
  const run = (jobIdRaw: number, end: number, billing = 1, segment = jobIdRaw) =>
    charge(
      { account: other.slug, jobIdRaw, end, start: end - 3600, allocTres: `billing=${billing}` },
      { epoch: 1, segment },
      other.cluster,
    );
  const path = (more = '', account = other.slug) =>
    `/usage/days/?account=${encodeURIComponent(account)}&cluster=${other.cluster}&from=2026-11-01&to=2026-11-24${more}`;

  beforeAll(async () => {
    other = await teamWorld(world);
    await post([run(1, END), run(2, END - 600, 2), run(3, END - 4 * DAY)]);
  });

  it('sums up the runs that started on a day, oldest first, and leaves out days without', async () => {
    const { body } = await other.member.client.get(path());
    expect(body).toEqual({
      count: 2,
      next: null,
      previous: null,
      results: [
        { day: '2026-11-20', used: 3600 },
        { day: '2026-11-24', used: 10_800 },
      ],
    });
  });

  it('takes a run to the day of its start, whatever the day of its end', async () => {
    const midnight = startOfDay('2026-11-12', ZONE);
    await post([run(4, midnight + 60)]);
    expect((await other.member.client.get(path('&to=2026-11-11'))).body).toMatchObject({
      results: [{ day: '2026-11-11', used: 3600 }],
    });
    await post([{ ...run(4, midnight + 60, 1, 9), seconds: 0, facts: 'another' }]);
    expect((await other.member.client.get(path('&to=2026-11-11'))).body).toMatchObject({ results: [] });
  });

  it('comes in pages', async () => {
    const { body } = await other.member.client.get(path('&_limit=1&_offset=1'));
    expect(body).toMatchObject({ count: 2, next: null, results: [{ day: '2026-11-24' }] });
  });

  it('of a team is for its members and staff, that of nobody for staff', async () => {
    expect((await world.visitor().get(path())).status).toBe(401);
    expect((await other.stranger.client.get(path())).status).toBe(403);
    expect((await team.member.client.get(path())).status).toBe(403);
    expect((await world.admin.get(path())).body).toMatchObject({ count: 2 });
    expect((await other.member.client.get(path('', 'an account of nobody'))).status).toBe(403);
    expect((await world.admin.get(path('', 'an account of nobody'))).status).toBe(200);
  });

  it('spans 400 days at most', async () => {
    expect((await other.member.client.get(path('&from=2025-10-21'))).status).toBe(200);
    const { status, body } = await other.member.client.get(path('&from=2025-10-20'));
    expect({ status, errors: at(body, 'errors', 'to') }).toEqual({
      status: 400,
      errors: ['spans more than 400 days'],
    });
  });

  it.each([
    ['to', '&to=2026-10-01'],
    ['from', '&from=yesterday'],
    ['_order', '&_order=used'],
    ['user', '&user=alice'],
  ])('asked for with a bad %s (%s) is refused by its name', async (name, more) => {
    const { status, body } = await other.member.client.get(path(more));
    expect({ status, errors: at(body, 'errors', name) }).toEqual({
      status: 400,
      errors: [expect.any(String)],
    });
  });
});

describe('charges', () => {
  const path = (more = '', account = team.slug) =>
    `/usage/charges/?account=${encodeURIComponent(account)}&cluster=${team.cluster}&from=2026-11-01&to=2026-11-24${more}`;

  it('are told newest first, in pages', async () => {
    const { body } = await team.member.client.get(path('&_limit=2'));
    expect(body).toMatchObject({
      count: 3,
      results: [
        {
          job_id_raw: 3,
          charge: 14_400,
          account: team.slug,
          user: 'alice',
          revisions: 0,
          state: 'COMPLETED',
        },
        { job_id_raw: 2 },
      ],
    });
    const next = at(body, 'next');
    if (typeof next !== 'string') throw new Error('no next page');
    const rest = await team.member.client.get(next.replace('http://127.0.0.1:8080/api', ''));
    expect(rest.body).toMatchObject({ count: 3, next: null, results: [{ job_id_raw: 1 }] });
  });

  it('of a team are for its members and staff, those of nobody for staff', async () => {
    expect((await world.visitor().get(path())).status).toBe(401);
    expect((await team.stranger.client.get(path())).status).toBe(403);
    expect((await world.admin.get(path())).body).toMatchObject({ count: 3 });
    expect((await team.member.client.get(path('', 'an account of nobody'))).status).toBe(403);
    expect((await world.admin.get(path('', 'an account of nobody'))).body).toMatchObject({ count: 1 });
  });

  it.each([
    ['to', '&to=2026-10-01'],
    ['to', '&from=2026-01-01'],
    ['from', '&from=yesterday'],
    ['cluster', '&cluster=x'],
    ['_order', '&_order=charge'],
    ['user', '&user=alice'],
    ['_limit', '&_limit=0'],
  ])('asked for with a bad %s (%s) are refused by its name', async (name, more) => {
    const { status, body } = await team.member.client.get(path(more));
    expect({ status, errors: at(body, 'errors', name) }).toEqual({
      status: 400,
      errors: [expect.any(String)],
    });
  });
});
