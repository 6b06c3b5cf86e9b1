import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { readOutbox } from '@keystone/shared/store/unit-of-work/outbox.ts';
import { startApiWorld, type ApiWorld } from '../testing/api-world.ts';
import { teamWorld, type TeamWorld } from '../testing/team-world.ts';
import { at, numberAt } from '../testing/test-client.ts';

let world: ApiWorld;
let team: TeamWorld;
beforeAll(async () => {
  world = await startApiWorld();
  team = await teamWorld(world);
});
afterAll(() => world.close());
beforeEach(() => world.counted.clear());

const cid = 'b3f0a1de-0c5e-4c4a-9b1a-0d9b6a0f5e12';
const body = () => ({ title: 'Time', description: 'for molecules', team: team.team });
const requests = async () => at((await team.owner.client.get('/allocations/requests/')).body, 'count');

/** What DynamoDB says of a transaction that it has no capacity for: beside it another reason that alone is retried. */
const throttled = () =>
  new TransactionCanceledException({
    message: 'Transaction cancelled',
    $metadata: {},
    CancellationReasons: [{ Code: 'TransactionConflict' }, { Code: 'ThrottlingError' }, { Code: 'None' }],
  });

describe('a write that the store', () => {
  it.each([
    ['has no capacity for', throttled],
    ['does not answer', () => new Error('Request timed out')],
  ])('%s is a fault under the correlation id, and leaves nothing', async (_what, fault) => {
    const before = await requests();
    const handlers = world.interrupted(async () => {
      throw fault();
    });
    const client = team.owner.client.through(handlers);
    const headers = { 'x-keystone-cid': cid, 'idempotency-key': 'fault' };
    const answer = await client.post('/allocations/requests/', body(), headers);
    expect(answer).toMatchObject({ status: 500, body: { cid } });
    expect(world.counted.get('UnexpectedError')).toBe(1);
    await expect(requests()).resolves.toBe(before);
    const { entries } = await readOutbox(world.deps.control, new Date('2100-01-01'));
    expect(entries).toEqual([]);
  });

  it('did, though its answer was lost, answers a repetition with what it made', async () => {
    const before = await requests();
    const key = { 'idempotency-key': 'lost' };
    let lost = false;
    const handlers = world.interrupted(async () => {
      if (lost) return;
      lost = true;
      expect((await team.owner.client.post('/allocations/requests/', body(), key)).status).toBe(201);
      throw new Error('Request timed out');
    });
    const client = team.owner.client.through(handlers);
    expect((await client.post('/allocations/requests/', body(), key)).status).toBe(201);
    const again = await client.post('/allocations/requests/', body(), key);
    expect(again.status).toBe(201);
    expect(numberAt(again.body, 'id')).toBeGreaterThan(0);
    await expect(requests()).resolves.toBe(Number(before) + 1);
  });
});
