import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readChildren } from '@keystone/shared/store/lists/children-reader.ts';
import { listKind } from '@keystone/shared/store/lists/list-kind.ts';
import { startApiWorld, type ApiWorld } from '../testing/api-world.ts';
import { teamWorld, type TeamWorld } from '../testing/team-world.ts';
import { once } from '../testing/meeting-point.ts';
import { numberAt, type TestClient } from '../testing/test-client.ts';

let world: ApiWorld;
let team: TeamWorld;
beforeAll(async () => {
  world = await startApiWorld();
  team = await teamWorld(world);
});
afterAll(() => world.close());

const key = (value: string) => ({ 'idempotency-key': value.replaceAll(' ', '-') });
const request = () => ({ title: 'Time', description: 'd', team: team.team });
const requests = () => readChildren(world.deps.control, 'team', team.team, 'request');

describe('a creation under an Idempotency-Key', () => {
  it('happens once however often it is sent at the same time', async () => {
    const before = (await requests()).length;
    const answers = await Promise.all(
      Array.from({ length: 8 }, () =>
        team.owner.client.post('/allocations/requests/', request(), key('eight at once')),
      ),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ body }) => numberAt(body, 'id'))).size).toBe(1);
    expect((await requests()).length).toBe(before + 1);
  });

  it('happens once too where it takes a name that is unique', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, () =>
        team.owner.client.post('/users/teams/', { name: 'Once only' }, key('a name')),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(201));
    const named = (await listKind(world.deps.control, 'team')).filter(
      ({ fields }) => fields.slug === 'once-only',
    );
    expect(named).toHaveLength(1);
  });

  it('answers with what the same call, a moment earlier, took its name for', async () => {
    const call = (client: TestClient) =>
      client.post('/users/teams/', { name: 'Overtaken' }, key('overtaken'));
    let earlier: unknown;
    const overtake = once(async () => {
      earlier = (await call(team.owner.client)).body;
    });
    const handlers = world.interrupted(overtake, 'UpdateItemCommand');
    const later = await call(team.owner.client.through(handlers));
    expect(later).toMatchObject({ status: 201, body: { id: numberAt(earlier, 'id') } });
  });

  it('answers later with the record as it is then', async () => {
    const first = await team.owner.client.post('/allocations/requests/', request(), key('later'));
    const id = numberAt(first.body, 'id');
    await world.admin.patch(`/allocations/requests/${id}/`, { title: 'Renamed' });
    const again = await team.owner.client.post('/allocations/requests/', request(), key('later'));
    expect(again).toMatchObject({ status: 201, body: { id, title: 'Renamed' } });
  });

  it('is refused for another body under the same key', async () => {
    await team.owner.client.post('/allocations/requests/', request(), key('mismatch'));
    const other = { ...request(), title: 'Another' };
    const refused = await team.owner.client.post('/allocations/requests/', other, key('mismatch'));
    expect(refused.status).toBe(422);
  });

  it("is one's own: another's key of the same name is another key", async () => {
    const first = await team.owner.client.post('/allocations/requests/', request(), key('shared'));
    const second = await team.admin.client.post('/allocations/requests/', request(), key('shared'));
    expect(second.status).toBe(201);
    expect(numberAt(second.body, 'id')).not.toBe(numberAt(first.body, 'id'));
  });

  it('that was refused can be sent again, mended', async () => {
    const bad = { ...request(), title: '' };
    expect((await team.owner.client.post('/allocations/requests/', bad, key('mended'))).status).toBe(400);
    expect((await team.owner.client.post('/allocations/requests/', request(), key('mended'))).status).toBe(
      201,
    );
  });

  it('counts for a day', async () => {
    const first = await team.owner.client.post('/allocations/requests/', request(), key('a day'));
    world.sources.clock.now = new Date(world.sources.clock.now.getTime() + 26 * 3_600_000);
    await team.owner.client.signIn(team.owner.username, 'a long enough password');
    const next = await team.owner.client.post('/allocations/requests/', request(), key('a day'));
    expect(next.status).toBe(201);
    expect(numberAt(next.body, 'id')).not.toBe(numberAt(first.body, 'id'));
    await world.admin.signIn('admin', 'a long enough password');
  });

  it('takes no key that could not be one', async () => {
    const refused = await team.owner.client.post('/allocations/requests/', request(), key('x'.repeat(256)));
    expect(refused).toMatchObject({
      status: 400,
      body: { errors: { 'Idempotency-Key': expect.anything() } },
    });
  });
});

describe('a decision under an Idempotency-Key', () => {
  it('is made once', async () => {
    await team.owner.client.signIn(team.owner.username, 'a long enough password');
    const asked = await team.ask();
    const decision = { status: 'CR' };
    const path = `/allocations/requests/${asked.request}/decision/`;
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => world.admin.post(path, decision, key('decide once'))),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
    const reviews = await readChildren(world.deps.control, 'request', asked.request, 'review');
    expect(reviews).toHaveLength(1);
  });
});
