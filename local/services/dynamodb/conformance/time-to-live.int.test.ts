import { DescribeTimeToLiveCommand, UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startMemoryDynamoDb } from '../test-store.ts';
import type { MemoryDynamoDb } from '../test-store.ts';
import { keyOf, put, read, readIndex, table, transact } from './requests.ts';

const start = Date.UTC(2026, 0, 1);
let now: number;
let db: MemoryDynamoDb;
beforeEach(async () => {
  now = start;
  db = await startMemoryDynamoDb({ clock: () => now });
  await db.createTables([{ name: table, ttl: 'ttl', indexes: { kind: { pk: 'gsi1pk', sk: 'gsi1sk' } } }]);
});
afterEach(() => db.close());

const expiring = (pk: string, ttl: object) => {
  const { Put } = put(pk, 1);
  return { Put: { ...Put, Item: { ...Put.Item, ...ttl } } };
};
const inSeconds = (seconds: number) => ({ ttl: { N: String(start / 1000 + seconds) } });

describe('the sweep', () => {
  it('deletes what has expired, with its index entries, and nothing else', async () => {
    await transact(db.client, [
      expiring('soon', inSeconds(60)),
      expiring('later', inSeconds(61)),
      put('never', 1),
    ]);
    now += 60_000;
    expect(await read(db.client, 'soon')).toBeDefined();
    expect(await db.sweep()).toBe(1);
    expect(await read(db.client, 'soon')).toBeUndefined();
    expect(await readIndex(db.client, 'all')).toEqual(['later', 'never']);
  });

  it('spares an item that was renewed', async () => {
    await transact(db.client, [expiring('renewed', inSeconds(60))]);
    await transact(db.client, [expiring('renewed', inSeconds(600))]);
    now += 60_000;
    expect(await db.sweep()).toBe(0);
    expect(await read(db.client, 'renewed')).toBeDefined();
  });

  it('leaves alone what is no number, and what is older than five years', async () => {
    await transact(db.client, [
      expiring('text', { ttl: { S: '1' } }),
      expiring('milliseconds', { ttl: { N: String(start) } }),
      expiring('ancient', { ttl: { N: '1' } }),
    ]);
    now += 3_600_000;
    expect(await db.sweep()).toBe(0);
  });
});

describe('the setting', () => {
  it('is answered as it was made', async () => {
    const answer = await db.client.send(new DescribeTimeToLiveCommand({ TableName: table }));
    expect(answer.TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'ttl' });
  });

  it('counts items that were there before it was made', async () => {
    await db.createTables([{ name: 'other' }]);
    await transact(db.client, [
      { Put: { TableName: 'other', Item: { ...keyOf('a'), until: { N: '1767225600' } } } },
    ]);
    const TimeToLiveSpecification = { AttributeName: 'until', Enabled: true };
    await db.client.send(new UpdateTimeToLiveCommand({ TableName: 'other', TimeToLiveSpecification }));
    expect(await db.sweep()).toBe(1);
  });

  it('stops the sweep when it is taken back', async () => {
    await transact(db.client, [expiring('a', inSeconds(1))]);
    const TimeToLiveSpecification = { AttributeName: 'ttl', Enabled: false };
    await db.client.send(new UpdateTimeToLiveCommand({ TableName: table, TimeToLiveSpecification }));
    now += 60_000;
    expect(await db.sweep()).toBe(0);
  });
});
