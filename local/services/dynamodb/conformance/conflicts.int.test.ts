import { TransactGetItemsCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { startMemoryDynamoDb } from '../test-store.ts';
import type { MemoryDynamoDb } from '../test-store.ts';
import { keyOf, numberOf, onlyIfAbsent, put, read, table, transact } from './requests.ts';

let rolls: number[];
let heard: unknown[];
let db: MemoryDynamoDb;
beforeEach(async () => {
  rolls = [];
  heard = [];
  db = await startMemoryDynamoDb({
    conflictRate: () => 0.5,
    random: () => rolls.shift() ?? 0.9,
    onTransaction: (capacity, outcome) => heard.push({ outcome, units: capacity[0]?.CapacityUnits }),
  });
  await db.createTables([{ name: table, indexes: { kind: { pk: 'gsi1pk', sk: 'gsi1sk' } } }]);
});
afterEach(() => db.close());

it('cancels a transaction whose item meets a conflict, and names the item', async () => {
  rolls = [0.9, 0.1];
  await expect(transact(db.client, [put('a', 1), put('b', 1)])).rejects.toMatchObject({
    name: 'TransactionCanceledException',
    CancellationReasons: [{ Code: 'None' }, { Code: 'TransactionConflict' }],
  });
  expect(await read(db.client, 'a')).toBeUndefined();
});

it('mixes conflicts with failed conditions', async () => {
  await transact(db.client, [put('a', 1)]);
  rolls = [0.9, 0.1];
  await expect(transact(db.client, [put('a', 2, onlyIfAbsent), put('b', 1)])).rejects.toMatchObject({
    CancellationReasons: [{ Code: 'ConditionalCheckFailed' }, { Code: 'TransactionConflict' }],
  });
});

it('lets the same request through when it comes again', async () => {
  rolls = [0.1];
  await expect(transact(db.client, [put('a', 1)], 'token')).rejects.toThrow(/TransactionConflict/);
  await transact(db.client, [put('a', 1)], 'token');
  expect(await numberOf(db.client, 'a')).toBe('1');
});

it('strikes transactions that read', async () => {
  rolls = [0.1];
  const request = new TransactGetItemsCommand({
    TransactItems: [{ Get: { TableName: table, Key: keyOf('a') } }],
  });
  await expect(db.client.send(request)).rejects.toMatchObject({
    CancellationReasons: [{ Code: 'TransactionConflict' }],
  });
});

it('tells what a transaction consumed, of a cancelled one too', async () => {
  rolls = [0.1];
  await expect(transact(db.client, [put('a', 1)])).rejects.toThrow();
  await transact(db.client, [put('a', 1)]);
  expect(heard).toEqual([
    { outcome: 'cancelled', units: 2 },
    { outcome: 'done', units: 3 },
  ]);
});
