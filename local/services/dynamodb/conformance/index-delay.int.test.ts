import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { startDynamoDb } from '../start-dynamodb.ts';
import type { LocalDynamoDb } from '../start-dynamodb.ts';
import { adminClient, createTable } from '../test-store.ts';
import { keyOf, numberOf, put, readIndex, table, transact } from './requests.ts';

let now: number;
let delays: number[];
let path: string;
let db: LocalDynamoDb;
let client: ReturnType<typeof adminClient>;

/** Each index entry takes the next delay; without any left, none. */
const start = async () => {
  db = await startDynamoDb({ path, clock: () => now, indexDelayMs: () => delays.shift() ?? 0 });
  client = adminClient(db.endpoint);
};
const stop = async () => {
  client.destroy();
  await db.close();
};

beforeEach(async () => {
  now = Date.UTC(2026, 0, 1);
  delays = [];
  path = await mkdtemp(join(tmpdir(), 'keystone-dynamodb-'));
  await start();
  await createTable(client, { name: table, indexes: { kind: { pk: 'gsi1pk', sk: 'gsi1sk' } } });
});
afterEach(async () => {
  await stop();
  await rm(path, { recursive: true });
});

const moveTo = (pk: string, partition: string) => {
  const { Put } = put(pk, 1);
  return transact(client, [{ Put: { ...Put, Item: { ...Put.Item, gsi1pk: { S: partition } } } }]);
};

it('shows a write in the table at once and in an index after its delay', async () => {
  delays = [500];
  await transact(client, [put('a', 1)]);
  expect(await numberOf(client, 'a')).toBe('1');
  expect(await readIndex(client, 'all')).toEqual([]);
  now += 499;
  expect(await readIndex(client, 'all')).toEqual([]);
  now += 1;
  expect(await readIndex(client, 'all')).toEqual(['a']);
});

it('shows the items of one transaction piece by piece', async () => {
  delays = [500, 100];
  await transact(client, [put('a', 1), put('b', 1)]);
  now += 100;
  expect(await readIndex(client, 'all')).toEqual(['b']);
  now += 400;
  expect(await readIndex(client, 'all')).toEqual(['a', 'b']);
});

it('keeps the order of writes to one item, even where a later one draws a shorter delay', async () => {
  delays = [500];
  await transact(client, [put('a', 1)]);
  await client.send(new DeleteItemCommand({ TableName: table, Key: keyOf('a') }));
  now += 10_000;
  expect(await readIndex(client, 'all')).toEqual([]);
});

it('ends with the last state of an item that went back and forth', async () => {
  delays = [300, 10, 200, 0, 50, 20, 0];
  await moveTo('a', 'one');
  await moveTo('a', 'two');
  await moveTo('a', 'one');
  await moveTo('a', 'two');
  now += 10_000;
  expect(await readIndex(client, 'one')).toEqual([]);
  expect(await readIndex(client, 'two')).toEqual(['a']);
});

it('forgets nothing that was still on its way when it was stopped', async () => {
  delays = [500];
  await transact(client, [put('a', 1)]);
  await stop();
  await start();
  expect(await readIndex(client, 'all')).toEqual([]);
  now += 500;
  expect(await readIndex(client, 'all')).toEqual(['a']);
});
