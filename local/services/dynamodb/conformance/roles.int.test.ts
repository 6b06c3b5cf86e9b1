import {
  BatchGetItemCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactGetItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { arn, region } from '../../../roles/address.ts';
import { secretFor } from '../../../roles/credentials.ts';
import { createRoleCheck } from '../../../roles/role-check.ts';
import { startMemoryDynamoDb } from '../test-store.ts';
import type { MemoryDynamoDb } from '../test-store.ts';
import { add, keyOf, put, requireNumber, table, transact } from './requests.ts';

const accessKeyId = 'LOCALLEDGER';
const control = arn('dynamodb', `table/${table}`);
const { authorise, unusedGrants } = createRoleCheck(
  new Map([
    [
      accessKeyId,
      {
        name: 'ledger',
        statements: [
          {
            effect: 'Allow' as const,
            actions: ['PutItem', 'UpdateItem', 'ConditionCheckItem', 'GetItem', 'BatchGetItem', 'Scan'].map(
              (a) => `dynamodb:${a}`,
            ),
            resources: [control],
          },
          { effect: 'Allow' as const, actions: ['dynamodb:Query'], resources: [`${control}/index/*`] },
        ],
      },
    ],
  ]),
);

let db: MemoryDynamoDb;
let ledger: DynamoDBClient;
beforeAll(async () => {
  db = await startMemoryDynamoDb({ authorise });
  await db.createTables([
    { name: table, indexes: { kind: { pk: 'gsi1pk', sk: 'gsi1sk' } } },
    { name: 'other' },
  ]);
  const credentials = { accessKeyId, secretAccessKey: secretFor(accessKeyId) };
  ledger = new DynamoDBClient({ endpoint: db.endpoint, region, credentials, maxAttempts: 1 });
});
afterAll(async () => {
  ledger.destroy();
  await db.close();
});

const denied = { name: 'AccessDeniedException' };
const query = { TableName: table, ExpressionAttributeValues: { ':p': { S: 'all' } } };

it('lets a role do what it names', async () => {
  await ledger.send(new PutItemCommand(put('a', 1).Put));
  await transact(ledger, [requireNumber('a', 1), add('b', 1)]);
  await ledger.send(
    new TransactGetItemsCommand({ TransactItems: [{ Get: { TableName: table, Key: keyOf('a') } }] }),
  );
  const batch = new BatchGetItemCommand({ RequestItems: { [table]: { Keys: [keyOf('a'), keyOf('b')] } } });
  expect((await ledger.send(batch)).Responses?.[table]).toHaveLength(2);
  const index = await ledger.send(
    new QueryCommand({ ...query, IndexName: 'kind', KeyConditionExpression: 'gsi1pk = :p' }),
  );
  expect(index.Count).toBe(1);
});

it('refuses another table, another action and the table where only its index is named', async () => {
  const other = new GetItemCommand({ TableName: 'other', Key: keyOf('a') });
  await expect(ledger.send(other)).rejects.toMatchObject(denied);
  await expect(ledger.send(new DescribeTableCommand({ TableName: table }))).rejects.toMatchObject(denied);
  const batch = new BatchGetItemCommand({
    RequestItems: { [table]: { Keys: [keyOf('a')] }, other: { Keys: [keyOf('a')] } },
  });
  await expect(ledger.send(batch)).rejects.toThrow(/dynamodb:BatchGetItem on resource: .*other/);
  const base = new QueryCommand({ ...query, KeyConditionExpression: 'pk = :p' });
  await expect(ledger.send(base)).rejects.toMatchObject(denied);
});

it('refuses a transaction with one action that the role does not name, and writes nothing of it', async () => {
  const items = [add('c', 1), { Delete: { TableName: table, Key: keyOf('a') } }];
  await expect(transact(ledger, items)).rejects.toThrow(/dynamodb:DeleteItem/);
  expect(
    (await db.client.send(new GetItemCommand({ TableName: table, Key: keyOf('c') }))).Item,
  ).toBeUndefined();
});

it('tells what of the role nobody needed', () => {
  expect(unusedGrants()).toEqual([{ role: 'ledger', action: 'dynamodb:Scan', resource: control }]);
});
