import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeleteItemCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { LOCAL_CONNECTION_FILE, localConnectionSchema } from '@keystone/shared/contracts/local-connection.ts';
import { fromItem, keyItem, toItem } from '@keystone/shared/store/table/items.ts';
import type { Key } from '@keystone/shared/store/table/records.ts';
import type { LedgerTable } from '@keystone/shared/store/table/tables.ts';

/** The ledger of a local stack that runs in another process, as an operator reaches it. */
export function ledgerOf(state: string): LedgerTable {
  const file = readFileSync(join(state, LOCAL_CONNECTION_FILE), 'utf8');
  const { region, credentials, endpoints, tables } = localConnectionSchema.parse(JSON.parse(file));
  const endpoint = endpoints['AWS_ENDPOINT_URL_DYNAMODB'];
  if (endpoint === undefined) throw new Error(`${file} names no DynamoDB`);
  return { client: new DynamoDBClient({ region, credentials, endpoint }), table: tables.ledger };
}

/** Changes an item behind everybody's back. @returns puts back what was there */
export async function plant(
  { client, table }: LedgerTable,
  key: Key,
  change: Record<string, unknown> | 'gone',
): Promise<() => Promise<unknown>> {
  const { Item } = await client.send(
    new GetItemCommand({ TableName: table, Key: keyItem(key), ConsistentRead: true }),
  );
  if (!Item) throw new Error(`nothing at ${key.pk} ${key.sk}`);
  if (change === 'gone') await client.send(new DeleteItemCommand({ TableName: table, Key: keyItem(key) }));
  else
    await client.send(
      new PutItemCommand({ TableName: table, Item: toItem({ ...fromItem(Item), ...change }) }),
    );
  return () => client.send(new PutItemCommand({ TableName: table, Item }));
}
