import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { startMemoryDynamoDb } from '../test-store.ts';
import type { MemoryDynamoDb } from '../test-store.ts';
import { add, numberOf, put, requireNumber, table, transact } from './requests.ts';

let now: number;
let db: MemoryDynamoDb;
beforeEach(async () => {
  now = Date.UTC(2026, 0, 1);
  db = await startMemoryDynamoDb({ clock: () => now });
  await db.createTables([{ name: table }]);
});
afterEach(() => db.close());

it('does a request once that comes again with its token', async () => {
  await transact(db.client, [add('a', 1)], 'token');
  await transact(db.client, [add('a', 1)], 'token');
  expect(await numberOf(db.client, 'a')).toBe('1');
});

it('does it again after 10 minutes', async () => {
  await transact(db.client, [add('a', 1)], 'token');
  now += 10 * 60_000;
  await transact(db.client, [add('a', 1)], 'token');
  expect(await numberOf(db.client, 'a')).toBe('2');
});

it('refuses another request with the same token', async () => {
  await transact(db.client, [add('a', 1)], 'token');
  const other = transact(db.client, [add('a', 2)], 'token');
  await expect(other).rejects.toMatchObject({ name: 'IdempotentParameterMismatchException' });
  expect(await numberOf(db.client, 'a')).toBe('1');
});

it('tells the same request, sent while the first still runs, to come again', async () => {
  const results = await Promise.allSettled([1, 2].map(() => transact(db.client, [add('a', 1)], 'token')));
  expect(await numberOf(db.client, 'a')).toBe('1');
  const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  for (const reason of refused) expect(reason).toMatchObject({ name: 'TransactionInProgressException' });
});

it('does not remember a token whose transaction was cancelled', async () => {
  const items = [requireNumber('a', 1), put('b', 1)];
  await expect(transact(db.client, items, 'token')).rejects.toThrow();
  await transact(db.client, [put('a', 1)]);
  await transact(db.client, items, 'token');
  expect(await numberOf(db.client, 'b')).toBe('1');
});
