import {
  CreateTableCommand,
  DescribeTableCommand,
  ResourceNotFoundException,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import type { Deployment } from '../../template/deployment.ts';

const keySchema = z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }));
const tableSchema = z.object({
  TableName: z.string(),
  KeySchema: keySchema,
  AttributeDefinitions: z.array(
    z.object({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) }),
  ),
  BillingMode: z.literal('PAY_PER_REQUEST'),
  GlobalSecondaryIndexes: z
    .array(
      z.object({
        IndexName: z.string(),
        KeySchema: keySchema,
        Projection: z.object({ ProjectionType: z.literal('ALL') }),
      }),
    )
    .default([]),
  TimeToLiveSpecification: z.object({ AttributeName: z.string(), Enabled: z.literal(true) }).optional(),
});
type Table = z.infer<typeof tableSchema>;

/** Makes the template's tables that do not exist yet. An existing one is left as it is. */
export async function createTables(deployment: Deployment, client: DynamoDBClient): Promise<void> {
  const tables = deployment.ofType('AWS::DynamoDB::Table', tableSchema);
  await Promise.all(tables.map(({ parsed }) => createTable(parsed, client)));
}

async function createTable(table: Table, client: DynamoDBClient): Promise<void> {
  const { TableName } = table;
  if (await exists(TableName, client)) return;
  const { TimeToLiveSpecification, GlobalSecondaryIndexes, ...rest } = table;
  await client.send(
    new CreateTableCommand({ ...rest, ...(GlobalSecondaryIndexes.length > 0 && { GlobalSecondaryIndexes }) }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 30, minDelay: 0.1, maxDelay: 0.5 }, { TableName });
  if (TimeToLiveSpecification)
    await client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
}

async function exists(TableName: string, client: DynamoDBClient): Promise<boolean> {
  try {
    await client.send(new DescribeTableCommand({ TableName }));
    return true;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return false;
    throw error;
  }
}
