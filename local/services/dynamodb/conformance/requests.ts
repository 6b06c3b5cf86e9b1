import { GetItemCommand, QueryCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import type { AttributeValue, DynamoDBClient, TransactWriteItem } from '@aws-sdk/client-dynamodb';

/** The table of the conformance suites; it has an index `kind` on gsi1pk, gsi1sk. */
export const table = 'control';

export const keyOf = (pk: string) => ({ pk: { S: pk }, sk: { S: 'A' } });

/** Puts an item with a number; further members of Put may follow. */
export const put = (pk: string, n: number, more: Partial<NonNullable<TransactWriteItem['Put']>> = {}) => ({
  Put: {
    TableName: table,
    Item: { ...keyOf(pk), n: { N: String(n) }, gsi1pk: { S: 'all' }, gsi1sk: { S: pk } },
    ...more,
  },
});

/** Adds to the number of an item. */
export const add = (pk: string, n: number) => ({
  Update: {
    TableName: table,
    Key: keyOf(pk),
    UpdateExpression: 'ADD n :n',
    ExpressionAttributeValues: { ':n': { N: String(n) } },
  },
});

/** Requires the number of an item to be what it is said to be. */
export const requireNumber = (pk: string, n: number) => ({
  ConditionCheck: {
    TableName: table,
    Key: keyOf(pk),
    ConditionExpression: 'n = :n',
    ExpressionAttributeValues: { ':n': { N: String(n) } },
  },
});

export const onlyIfAbsent = {
  ConditionExpression: 'attribute_not_exists(pk)',
  ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
};

export const transact = (client: DynamoDBClient, items: TransactWriteItem[], ClientRequestToken?: string) =>
  client.send(
    new TransactWriteItemsCommand({
      TransactItems: items,
      ...(ClientRequestToken && { ClientRequestToken }),
    }),
  );

export async function read(
  client: DynamoDBClient,
  pk: string,
): Promise<Record<string, AttributeValue> | undefined> {
  const request = { TableName: table, Key: keyOf(pk), ConsistentRead: true };
  return (await client.send(new GetItemCommand(request))).Item;
}

/** The number of an item, or undefined where there is no such item. */
export const numberOf = async (client: DynamoDBClient, pk: string) => (await read(client, pk))?.['n']?.N;

/** Sort keys of an index partition, by pages of the given size. */
export async function readIndex(
  client: DynamoDBClient,
  partition: string,
  options = { page: 1_000, forward: true },
) {
  const found: string[] = [];
  let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: table,
        IndexName: 'kind',
        KeyConditionExpression: 'gsi1pk = :p',
        ExpressionAttributeValues: { ':p': { S: partition } },
        Limit: options.page,
        ScanIndexForward: options.forward,
        ...(ExclusiveStartKey && { ExclusiveStartKey }),
      }),
    );
    found.push(...(page.Items ?? []).map((item) => item['pk']?.S ?? ''));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return found;
}
