import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { ControlTable, LedgerTable } from '@keystone/shared/store/table/tables.ts';
import { NodeHttpHandler } from '@smithy/node-http-handler';

/**
 * What every SDK client is made with: no call waits longer than this for a connection or an answer, and a function
 * that waits can still say so before its own time is over.
 */
export const clientDefaults = () => ({
  maxAttempts: 3,
  requestHandler: new NodeHttpHandler({
    connectionTimeout: 1_000,
    requestTimeout: 5_000,
    throwOnRequestTimeout: true,
  }),
});

/** A client of DynamoDB as the functions have it. */
export function newDynamoDbClient(config: DynamoDBClientConfig = {}): DynamoDBClient {
  const client = new DynamoDBClient({ ...clientDefaults(), ...config });
  // It copies every request and answer for a logger, even where there is none: a third of the time of a large read.
  client.middlewareStack.remove('loggerMiddleware');
  return client;
}

let dynamodb: DynamoDBClient | undefined;

/** One client for both tables: it keeps its connections between invocations. */
function dynamodbClient(): DynamoDBClient {
  dynamodb ??= newDynamoDbClient();
  return dynamodb;
}

export function controlTable(env: { CONTROL_TABLE: string }): ControlTable {
  return { client: dynamodbClient(), table: env.CONTROL_TABLE };
}

export function ledgerTable(env: { LEDGER_TABLE: string }): LedgerTable {
  return { client: dynamodbClient(), table: env.LEDGER_TABLE };
}

export function sqsClient(): SQSClient {
  // A queue is known by its AWS address wherever it is served from.
  return new SQSClient({ ...clientDefaults(), useQueueUrlAsEndpoint: false });
}
