import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  DescribeContinuousBackupsCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateContinuousBackupsCommand,
  UpdateItemCommand,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import type { GlobalSecondaryIndexUpdate } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startMemoryDynamoDb } from '../test-store.ts';
import type { MemoryDynamoDb } from '../test-store.ts';
import { keyOf, numberOf, onlyIfAbsent, put, read, readIndex, table, transact } from './requests.ts';

let db: MemoryDynamoDb;
beforeAll(async () => {
  db = await startMemoryDynamoDb();
  await db.createTables([
    { name: table, indexes: { kind: { pk: 'gsi1pk', sk: 'gsi1sk' } } },
    { name: 'gone' },
  ]);
});
afterAll(() => db.close());

describe('single writes', () => {
  it('says with the refusal which item stood in the way', async () => {
    await db.client.send(new PutItemCommand(put('there', 1).Put));
    const again = db.client.send(new PutItemCommand(put('there', 2, onlyIfAbsent).Put));
    await expect(again).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
      Item: { n: { N: '1' } },
    });
    expect(await numberOf(db.client, 'there')).toBe('1');
  });

  it('updates with if_not_exists, list_append and ADD, and returns what is new', async () => {
    const update = new UpdateItemCommand({
      TableName: table,
      Key: keyOf('updated'),
      UpdateExpression:
        'SET l = list_append(if_not_exists(l, :empty), :one), m = if_not_exists(m, :n) ADD n :n',
      ExpressionAttributeValues: { ':empty': { L: [] }, ':one': { L: [{ S: 'x' }] }, ':n': { N: '2' } },
      ReturnValues: 'ALL_NEW',
    });
    await db.client.send(update);
    expect((await db.client.send(update)).Attributes).toMatchObject({
      l: { L: [{ S: 'x' }, { S: 'x' }] },
      m: { N: '2' },
      n: { N: '4' },
    });
  });

  it('moves an index entry when its key changes, and drops it with the attribute', async () => {
    await transact(db.client, [put('moved', 1)]);
    const move = (expression: string, values?: Record<string, { S: string }>) =>
      db.client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: keyOf('moved'),
          UpdateExpression: expression,
          ...(values && { ExpressionAttributeValues: values }),
        }),
      );
    await move('SET gsi1pk = :p', { ':p': { S: 'elsewhere' } });
    expect(await readIndex(db.client, 'all')).not.toContain('moved');
    expect(await readIndex(db.client, 'elsewhere')).toEqual(['moved']);
    await move('REMOVE gsi1pk');
    expect(await readIndex(db.client, 'elsewhere')).toEqual([]);
  });

  it('counts the capacity of table and indexes', async () => {
    const request = { ...put('counted', 1).Put, ReturnConsumedCapacity: 'INDEXES' as const };
    const units = (answer: { ConsumedCapacity?: { CapacityUnits?: number | undefined } | undefined }) =>
      answer.ConsumedCapacity?.CapacityUnits;
    expect(units(await db.client.send(new PutItemCommand(request)))).toBe(2);
    expect(units(await db.client.send(new PutItemCommand(request)))).toBe(1);
    const { TableName, ReturnConsumedCapacity } = request;
    const remove = new DeleteItemCommand({ TableName, ReturnConsumedCapacity, Key: keyOf('counted') });
    expect(units(await db.client.send(remove))).toBe(2);
  });

  it('refuses an empty string as the key of an index, of a new item and of an updated one', async () => {
    const created = new PutItemCommand({ TableName: table, Item: { ...keyOf('e'), gsi1pk: { S: '' } } });
    await expect(db.client.send(created)).rejects.toThrow(/IndexName: kind, IndexKey: gsi1pk/);
    const updated = new UpdateItemCommand({
      TableName: table,
      Key: keyOf('e'),
      UpdateExpression: 'SET gsi1pk = :e',
      ExpressionAttributeValues: { ':e': { S: '' } },
    });
    await expect(db.client.send(updated)).rejects.toThrow(/IndexName: kind, IndexKey: gsi1pk/);
    expect(await read(db.client, 'e')).toBeUndefined();
  });

  it('takes an empty string elsewhere', async () => {
    await db.client.send(
      new PutItemCommand({ TableName: table, Item: { ...keyOf('empty'), text: { S: '' } } }),
    );
    expect((await read(db.client, 'empty'))?.['text']).toEqual({ S: '' });
  });
});

describe('batches', () => {
  const putRequest = (pk: string) => ({ PutRequest: { Item: put(pk, 1).Put.Item } });
  it('puts and deletes up to 25 items', async () => {
    const keys = Array.from({ length: 25 }, (_, n) => `batch${String(n)}`);
    await db.client.send(new BatchWriteItemCommand({ RequestItems: { [table]: keys.map(putRequest) } }));
    const got = await db.client.send(
      new BatchGetItemCommand({ RequestItems: { [table]: { Keys: keys.map(keyOf) } } }),
    );
    expect(got.Responses?.[table]).toHaveLength(25);
    expect(await readIndex(db.client, 'all')).toEqual(expect.arrayContaining(keys));
    const deletes = keys.map((pk) => ({ DeleteRequest: { Key: keyOf(pk) } }));
    await db.client.send(new BatchWriteItemCommand({ RequestItems: { [table]: deletes } }));
    expect(await read(db.client, 'batch7')).toBeUndefined();
  });

  it('reads the items of up to 100 keys that exist, as they were just written', async () => {
    const keys = Array.from({ length: 100 }, (_, n) => `many${String(n)}`);
    for (let at = 0; at < 75; at += 25) {
      const puts = keys.slice(at, at + 25).map(putRequest);
      await db.client.send(new BatchWriteItemCommand({ RequestItems: { [table]: puts } }));
    }
    const { Responses, UnprocessedKeys, ConsumedCapacity } = await db.client.send(
      new BatchGetItemCommand({
        RequestItems: { [table]: { Keys: keys.map(keyOf), ConsistentRead: true } },
        ReturnConsumedCapacity: 'TOTAL',
      }),
    );
    const found = (Responses?.[table] ?? []).map(({ pk }) => pk?.S);
    expect(found.sort()).toEqual(keys.slice(0, 75).sort());
    expect(UnprocessedKeys).toEqual({});
    // A key without an item takes a unit as well.
    expect(ConsumedCapacity?.[0]?.CapacityUnits).toBe(100);
  });

  it('takes half for a batch that may be a moment old', async () => {
    const read = new BatchGetItemCommand({
      RequestItems: { [table]: { Keys: ['many1', 'many2', 'many3'].map(keyOf) } },
      ReturnConsumedCapacity: 'TOTAL',
    });
    expect((await db.client.send(read)).ConsumedCapacity?.[0]?.CapacityUnits).toBe(1.5);
  });

  it.each([
    ['101 keys', Array.from({ length: 101 }, (_, n) => `many${String(n)}`), /100/],
    ['a key twice', ['many1', 'many1'], /duplicates/],
  ])('refuses to read %s', async (_name, keys, reason) => {
    const read = new BatchGetItemCommand({ RequestItems: { [table]: { Keys: keys.map(keyOf) } } });
    await expect(db.client.send(read)).rejects.toThrow(reason);
  });

  it('refuses the same item twice', async () => {
    const twice = new BatchWriteItemCommand({
      RequestItems: { [table]: [putRequest('d'), putRequest('d')] },
    });
    await expect(db.client.send(twice)).rejects.toThrow(/duplicates/);
  });
});

describe('ranges', () => {
  it.each([
    ['forward', true],
    ['backward', false],
  ])('pages through entries that share their index key, each once (%s)', async (_name, forward) => {
    const partition = `same-${String(forward)}`;
    const keys = Array.from({ length: 30 }, (_, n) => `p${String(n)}`);
    const same = { gsi1pk: { S: partition }, gsi1sk: { S: 'x' } };
    await transact(
      db.client,
      keys.map((pk) => put(pk, 1, { Item: { ...keyOf(pk), ...same } })),
    );
    const found = await readIndex(db.client, partition, { page: 7, forward });
    expect(found).toHaveLength(30);
    expect(found.toSorted()).toEqual(keys.toSorted());
  });

  it('keeps apart thousands of items that share their index key', async () => {
    const count = 6_000;
    const item = (n: number) => ({
      ...keyOf(`many${String(n)}`),
      gsi1pk: { S: 'many' },
      gsi1sk: { S: 'x' },
    });
    for (let n = 0; n < count; n += 100)
      await transact(
        db.client,
        Array.from({ length: 100 }, (_, k) => put('', 1, { Item: item(n + k) })),
      );
    expect(new Set(await readIndex(db.client, 'many')).size).toBe(count);
  });

  it('filters after the limit, and says where it stopped', async () => {
    const keys = ['f1', 'f2', 'f3', 'f4'];
    await transact(
      db.client,
      keys.map((pk, n) => put(pk, n, { Item: { pk: { S: 'filter' }, sk: { S: pk }, n: { N: String(n) } } })),
    );
    const answer = await db.client.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :p AND begins_with(sk, :s)',
        FilterExpression: 'n >= :n',
        ExpressionAttributeValues: { ':p': { S: 'filter' }, ':s': { S: 'f' }, ':n': { N: '1' } },
        Limit: 2,
      }),
    );
    expect(answer).toMatchObject({ Count: 1, ScannedCount: 2, LastEvaluatedKey: { sk: { S: 'f2' } } });
  });

  it('ends a page at 1 MB', async () => {
    for (let n = 0; n < 15; n += 1)
      await transact(db.client, [
        put('', 1, { Item: { pk: { S: 'wide' }, sk: { S: String(n) }, text: { S: 'x'.repeat(100_000) } } }),
      ]);
    const query = { KeyConditionExpression: 'pk = :p', ExpressionAttributeValues: { ':p': { S: 'wide' } } };
    const first = await db.client.send(new QueryCommand({ TableName: table, ...query }));
    expect(first.Count).toBeLessThan(15);
    const { LastEvaluatedKey } = first;
    const rest = await db.client.send(
      new QueryCommand({
        TableName: table,
        ...query,
        ...(LastEvaluatedKey && { ExclusiveStartKey: LastEvaluatedKey }),
      }),
    );
    expect((first.Count ?? 0) + (rest.Count ?? 0)).toBe(15);
  });
});

describe('tables', () => {
  it('deletes a table with its items and leaves the others', async () => {
    await transact(db.client, [{ Put: { TableName: 'gone', Item: keyOf('a') } }, put('stays', 1)]);
    await db.client.send(new DeleteTableCommand({ TableName: 'gone' }));
    await db.createTables([{ name: 'gone' }]);
    expect((await db.client.send(new ScanCommand({ TableName: 'gone' }))).Count).toBe(0);
    expect(await numberOf(db.client, 'stays')).toBe('1');
  });

  it('fills an index that is added to a table with items, and forgets one that is taken away', async () => {
    await db.createTables([{ name: 'grows' }]);
    const Item = { ...put('first', 1).Put.Item };
    await transact(db.client, [
      { Put: { TableName: 'grows', Item } },
      { Put: { TableName: 'grows', Item: { ...keyOf('odd'), gsi1pk: { N: '1' }, gsi1sk: { S: '' } } } },
    ]);
    const Create = {
      IndexName: 'kind',
      KeySchema: [
        { AttributeName: 'gsi1pk', KeyType: 'HASH' as const },
        { AttributeName: 'gsi1sk', KeyType: 'RANGE' as const },
      ],
      Projection: { ProjectionType: 'ALL' as const },
    };
    const update = (change: GlobalSecondaryIndexUpdate) =>
      db.client.send(
        new UpdateTableCommand({
          TableName: 'grows',
          AttributeDefinitions: ['gsi1pk', 'gsi1sk'].map((AttributeName) => ({
            AttributeName,
            AttributeType: 'S',
          })),
          GlobalSecondaryIndexUpdates: [change],
        }),
      );
    await update({ Create });
    await db.client.send(new PutItemCommand({ TableName: 'grows', Item: { ...Item, ...keyOf('second') } }));
    const index = new ScanCommand({ TableName: 'grows', IndexName: 'kind' });
    const names = (await db.client.send(index)).Items?.map((item) => item['pk']?.S).toSorted();
    expect(names).toEqual(['first', 'second']);
    await update({ Delete: { IndexName: 'kind' } });
    await expect(db.client.send(index)).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('answers what continuous backups were set to', async () => {
    const status = async () =>
      (await db.client.send(new DescribeContinuousBackupsCommand({ TableName: table })))
        .ContinuousBackupsDescription?.PointInTimeRecoveryDescription;
    expect(await status()).toMatchObject({ PointInTimeRecoveryStatus: 'DISABLED' });
    await db.client.send(
      new UpdateContinuousBackupsCommand({
        TableName: table,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 14 },
      }),
    );
    expect(await status()).toMatchObject({ PointInTimeRecoveryStatus: 'ENABLED', RecoveryPeriodInDays: 14 });
  });
});
