import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readChildren } from '@keystone/shared/store/lists/children-reader.ts';
import { readNumbered } from '@keystone/shared/store/table/control-reader.ts';
import { startApiWorld, type ApiWorld } from '../testing/api-world.ts';
import { meetingPoint, once } from '../testing/meeting-point.ts';
import { approval, teamWorld, type TeamWorld } from '../testing/team-world.ts';
import { at } from '../testing/test-client.ts';

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

describe('two who decide at once', () => {
  it('have one winner, and the other is told', async () => {
    const { request, allocation } = await team.ask();
    const handlers = world.interrupted(meetingPoint(2));
    const staff = [
      world.admin.through(handlers),
      (await world.person({ is_staff: true })).client.through(handlers),
    ];
    const path = `/allocations/requests/${request}/decision/`;
    const answers = await Promise.all(
      staff.map((client, index) => client.post(path, index ? { status: 'DC' } : approval(allocation))),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const winner = answers.find(({ status }) => status === 200);
    const stands = await readNumbered(world.deps.control, 'request', request);
    expect(stands?.fields.status).toBe(at(winner?.body, 'request', 'status'));
    await expect(readChildren(world.deps.control, 'request', request, 'review')).resolves.toHaveLength(1);
  });

  it('also by changes of the status', async () => {
    const { request } = await team.ask();
    const handlers = world.interrupted(meetingPoint(2));
    const path = `/allocations/requests/${request}/`;
    const answers = await Promise.all(
      ['DC', 'CR'].map((status) => world.admin.through(handlers).patch(path, { status })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it('is told as well who decides on a version that no longer stands', async () => {
    const { request, allocation } = await team.ask();
    const { headers } = await world.admin.get(`/allocations/requests/${request}/`);
    await team.decide(request, approval(allocation));
    const path = `/allocations/requests/${request}/decision/`;
    const late = await world.admin.post(path, { status: 'DC' }, { 'if-match': headers['etag'] ?? '' });
    expect(late.status).toBe(412);
  });

  it('both place the first award of an account, wherever one comes between the reads of the other', async () => {
    let isReached = true;
    for (let place = 1; isReached; place += 1) {
      team = await teamWorld(world);
      const [one, other] = [await team.ask(), await team.ask()];
      let reads = 0;
      isReached = false;
      const handlers = world.interrupted(async () => {
        reads += 1;
        if (reads !== place) return;
        isReached = true;
        await team.decide(other.request, approval(other.allocation));
      }, 'GetItemCommand');
      const path = `/allocations/requests/${one.request}/decision/`;
      const { status } = await world.admin.through(handlers).post(path, approval(one.allocation));
      const ids = (await team.grants())?.map(({ id }) => id);
      const both = isReached ? [one.allocation, other.allocation] : [one.allocation];
      expect({ place, status, ids }).toEqual({ place, status: 200, ids: both });
    }
  }, 60_000);

  it('both count where one changes the text alone', async () => {
    const { request } = await team.ask();
    const handlers = world.interrupted(meetingPoint(2));
    const client = world.admin.through(handlers);
    const path = `/allocations/requests/${request}/`;
    const answers = await Promise.all([
      client.patch(path, { title: 'A new title' }),
      client.patch(path, { description: 'a new text' }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect((await world.admin.get(path)).body).toMatchObject({
      title: 'A new title',
      description: 'a new text',
    });
  });
});

describe('a right that ends between read and commit', () => {
  it('writes nothing for a member who was removed', async () => {
    const { client } = team.admin;
    const handlers = world.interrupted(
      once(() => team.owner.client.delete(`/users/memberships/${team.memberships.admin}/`)),
    );
    const body = { title: 'Too late', description: 'd', team: team.team };
    expect((await client.through(handlers).post('/allocations/requests/', body)).status).toBe(403);
    expect((await world.admin.get(`/allocations/requests/?team=${team.team}`)).body).toMatchObject({
      count: 0,
    });
  });

  it('decides nothing for staff who lost the flag', async () => {
    const { request, allocation } = await team.ask();
    const staff = await world.person({ is_staff: true });
    const handlers = world.interrupted(
      once(() => world.admin.patch(`/users/users/${staff.id}/`, { is_staff: false })),
    );
    const path = `/allocations/requests/${request}/decision/`;
    expect((await staff.client.through(handlers).post(path, approval(allocation))).status).toBe(403);
    await expect(team.grants()).resolves.toBeUndefined();
  });
});
