import { DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { CreateTableCommand, UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { region } from '../../roles/address.ts';
import { secretFor } from '../../roles/credentials.ts';
import { adminAccessKeyId } from '../../roles/role.ts';
import { startDynamoDb } from './start-dynamodb.ts';
import type { DynamoDbOptions } from './start-dynamodb.ts';

/** A table with the keys `pk` and `sk`, strings both. */
export type TestTable = {
  name: string;
  /** Global secondary indexes by name, with the attributes of their keys (strings); all attributes are projected. */
  indexes?: Record<string, { pk: string; sk?: string }>;
  /** Attribute of the time to live. */
  ttl?: string;
};

export type MemoryDynamoDb = {
  client: DynamoDBClient;
  endpoint: string;
  createTables: (tables: readonly TestTable[]) => Promise<void>;
  sweep: () => Promise<number>;
  close: () => Promise<void>;
};

/** As long as a timer can wait. */
const NEVER_MS = 2 ** 31 - 1;

/**
 * Starts a DynamoDB in memory for the tests of a store, with a client that may do everything. Items expire when a test sweeps:
 * its clock stands, and by this machine's all that it wrote would be gone after a minute.
 */
export async function startMemoryDynamoDb(
  options: Omit<DynamoDbOptions, 'path'> = {},
): Promise<MemoryDynamoDb> {
  const server = await startDynamoDb({ sweepMs: NEVER_MS, ...options });
  const client = adminClient(server.endpoint);
  return {
    client,
    endpoint: server.endpoint,
    sweep: server.sweep,
    createTables: async (tables) => {
      await Promise.all(tables.map((table) => createTable(client, table)));
    },
    close: async () => {
      client.destroy();
      await server.close();
    },
  };
}

/** A client of a local DynamoDB that no role limits. It does not repeat what failed, so that tests see it. */
export function adminClient(endpoint: string): DynamoDBClient {
  const credentials = { accessKeyId: adminAccessKeyId, secretAccessKey: secretFor(adminAccessKeyId) };
  return new DynamoDBClient({ endpoint, region, credentials, maxAttempts: 1 });
}

/** Creates a table and waits until it takes requests. */
export async function createTable(client: DynamoDBClient, table: TestTable): Promise<void> {
  await client.send(new CreateTableCommand(tableInput(table)));
  await waitUntilTableExists(
    { client, maxWaitTime: 10, minDelay: 0.01, maxDelay: 0.1 },
    { TableName: table.name },
  );
  if (table.ttl === undefined) return;
  const TimeToLiveSpecification = { AttributeName: table.ttl, Enabled: true };
  await client.send(new UpdateTimeToLiveCommand({ TableName: table.name, TimeToLiveSpecification }));
}

function tableInput({ name, indexes = {} }: TestTable): CreateTableCommandInput {
  const attributes = new Set([
    'pk',
    'sk',
    ...Object.values(indexes).flatMap(({ pk, sk }) => (sk ? [pk, sk] : [pk])),
  ]);
  const keys = (pk: string, sk?: string) => [
    { AttributeName: pk, KeyType: 'HASH' as const },
    ...(sk === undefined ? [] : [{ AttributeName: sk, KeyType: 'RANGE' as const }]),
  ];
  const list = Object.entries(indexes).map(([IndexName, { pk, sk }]) => ({
    IndexName,
    KeySchema: keys(pk, sk),
    Projection: { ProjectionType: 'ALL' as const },
  }));
  return {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: keys('pk', 'sk'),
    AttributeDefinitions: [...attributes].map((AttributeName) => ({
      AttributeName,
      AttributeType: 'S' as const,
    })),
    ...(list.length > 0 && { GlobalSecondaryIndexes: list }),
  };
}
