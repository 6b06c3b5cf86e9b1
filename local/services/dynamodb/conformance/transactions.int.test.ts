import {
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startMemoryDynamoDb } from '../test-store.ts';
import type { MemoryDynamoDb } from '../test-store.ts';
import {
  add,
  keyOf,
  numberOf,
  onlyIfAbsent,
  put,
  read,
  readIndex,
  requireNumber,
  table,
  transact,
} from './requests.ts';

let db: MemoryDynamoDb;
beforeAll(async () => {
  db = await startMemoryDynamoDb();
  const indexes = { kind: { pk: 'gsi1pk', sk: 'gsi1sk' } };
  await db.createTables([{ name: table, indexes }, { name: 'ledger' }]);
});
afterAll(() => db.close());

const many = (count: number, prefix: string) =>
  Array.from({ length: count }, (_, n) => put(`${prefix}${String(n)}`, n));

describe('all or nothing', () => {
  it('writes every item, over tables and into indexes', async () => {
    const other = { Put: { TableName: 'ledger', Item: keyOf('all-1') } };
    await transact(db.client, [put('all-1', 1), put('all-2', 2), other]);
    expect(await numberOf(db.client, 'all-2')).toBe('2');
    expect(await readIndex(db.client, 'all')).toEqual(expect.arrayContaining(['all-1', 'all-2']));
  });

  it('writes nothing where one condition fails, and says which, with the item that stood in the way', async () => {
    await transact(db.client, [put('there', 1)]);
    const attempt = transact(db.client, [put('not-there', 1), put('there', 2, onlyIfAbsent)]);
    await expect(attempt).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      message: expect.stringContaining('[None, ConditionalCheckFailed]'),
      CancellationReasons: [{ Code: 'None' }, { Code: 'ConditionalCheckFailed', Item: { n: { N: '1' } } }],
    });
    expect(await read(db.client, 'not-there')).toBeUndefined();
    expect(await readIndex(db.client, 'all')).not.toContain('not-there');
  });

  it('gives no item back unless it was asked for', async () => {
    const attempt = transact(db.client, [
      put('there', 2, { ConditionExpression: 'attribute_not_exists(pk)' }),
    ]);
    await expect(attempt).rejects.toMatchObject({
      CancellationReasons: [expect.not.objectContaining({ Item: expect.anything() })],
    });
  });

  it('checks an item without writing it', async () => {
    await transact(db.client, [put('checked', 5), put('guarded', 1)]);
    await transact(db.client, [requireNumber('checked', 5), add('guarded', 1)]);
    await expect(transact(db.client, [requireNumber('checked', 6), add('guarded', 1)])).rejects.toThrow(
      /None\]/,
    );
    expect(await numberOf(db.client, 'guarded')).toBe('2');
    expect(await numberOf(db.client, 'checked')).toBe('5');
  });

  it('deletes an item and its index entry', async () => {
    await transact(db.client, [put('gone', 1)]);
    await transact(db.client, [{ Delete: { TableName: table, Key: keyOf('gone') } }]);
    expect(await read(db.client, 'gone')).toBeUndefined();
    expect(await readIndex(db.client, 'all')).not.toContain('gone');
  });

  it('reports what cannot be applied to an item as its reason', async () => {
    await transact(db.client, [put('text', 1, { Item: { ...keyOf('text'), n: { S: 'one' } } })]);
    const wrong = add('text', 1);
    await expect(transact(db.client, [put('other', 1), wrong])).rejects.toMatchObject({
      CancellationReasons: [{ Code: 'None' }, { Code: 'ValidationError' }],
    });
    expect(await read(db.client, 'other')).toBeUndefined();
  });
});

describe('limits', () => {
  it('takes 100 items and refuses 101', async () => {
    await transact(db.client, many(100, 'h'));
    expect(await numberOf(db.client, 'h99')).toBe('99');
    await expect(transact(db.client, many(101, 'k'))).rejects.toMatchObject({ name: 'ValidationException' });
    expect(await read(db.client, 'k0')).toBeUndefined();
  });

  it('refuses two actions on one item', async () => {
    const twice = transact(db.client, [requireNumber('checked', 5), add('checked', 1)]);
    await expect(twice).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('refuses more than 4 MB of items, of those it would only update too', async () => {
    const large = (pk: string) => put(pk, 1, { Item: { ...keyOf(pk), text: { S: 'x'.repeat(390_000) } } });
    const keys = Array.from({ length: 11 }, (_, n) => `large${String(n)}`);
    await expect(transact(db.client, keys.map(large))).rejects.toThrow(/4 MB/);
    for (const pk of keys) await transact(db.client, [large(pk)]);
    await expect(
      transact(
        db.client,
        keys.map((pk) => add(pk, 1)),
      ),
    ).rejects.toThrow(/4 MB/);
    await transact(
      db.client,
      keys.slice(1).map((pk) => add(pk, 1)),
    );
  });

  it('refuses a table that does not exist', async () => {
    const nowhere = transact(db.client, [{ Put: { TableName: 'nowhere', Item: keyOf('a') } }]);
    await expect(nowhere).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

describe('capacity', () => {
  it('counts two units for each started kB of an item, and its index entries once', async () => {
    const items = [put('c1', 1), put('c2', 1, { Item: { ...keyOf('c2'), text: { S: 'x'.repeat(1500) } } })];
    const answer = await db.client.send(
      new TransactWriteItemsCommand({
        TransactItems: [...items, requireNumber('checked', 5)],
        ReturnConsumedCapacity: 'INDEXES',
      }),
    );
    expect(answer.ConsumedCapacity).toEqual([
      {
        TableName: table,
        CapacityUnits: 9,
        Table: { CapacityUnits: 8 },
        GlobalSecondaryIndexes: { kind: { CapacityUnits: 1 } },
      },
    ]);
  });
});

describe('TransactGetItems', () => {
  it('answers in the order of the request, with nothing for what is not there', async () => {
    await transact(db.client, [put('g1', 1)]);
    const get = (pk: string) => ({ Get: { TableName: table, Key: keyOf(pk), ProjectionExpression: 'n' } });
    const answer = await db.client.send(
      new TransactGetItemsCommand({ TransactItems: [get('nope'), get('g1')] }),
    );
    expect(answer.Responses).toEqual([{}, { Item: { n: { N: '1' } } }]);
  });
});

describe('many writers at once', () => {
  it('loses none of the additions of transactions and of single updates', async () => {
    const writers = Array.from({ length: 64 }, (_, n) =>
      n % 2
        ? transact(db.client, [add('hot', 1), put(`cold${String(n)}`, n)])
        : db.client.send(new UpdateItemCommand(add('hot', 1).Update)),
    );
    await Promise.all(writers);
    expect(await numberOf(db.client, 'hot')).toBe('64');
  });

  it('lets only one of many creators of the same item through', async () => {
    const attempts = Array.from({ length: 32 }, (_, n) =>
      transact(db.client, [put('unique', n, onlyIfAbsent)]),
    );
    const results = await Promise.allSettled(attempts);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('never waits for itself where transactions touch the same items in different orders', async () => {
    const pairs = Array.from({ length: 40 }, (_, n) => {
      const items = [add('left', 1), add('right', 1)];
      return transact(db.client, n % 2 ? items : items.reverse());
    });
    await Promise.all(pairs);
    expect([await numberOf(db.client, 'left'), await numberOf(db.client, 'right')]).toEqual(['40', '40']);
  });
});
