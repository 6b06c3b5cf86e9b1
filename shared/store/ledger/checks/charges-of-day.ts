import { QueryCommand } from '@aws-sdk/client-dynamodb';
import type { Day } from '../../../domain/calendar.ts';
import { fromItem, type Item } from '../../table/items.ts';
import { CHARGE_INDEX_SHARDS, chargeIndexKey } from '../ledger-keys.ts';
import { ACCOUNT_DAY_INDEX, type LedgerTable } from '../../table/tables.ts';

export interface AccountDay {
  cluster: number;
  account: string;
  day: Day;
}

/** A little of each charge of an account that ended on a day, page by page, from the index. */
export async function* chargesOfDay(
  { client, table }: LedgerTable,
  { cluster, account, day }: AccountDay,
): AsyncGenerator<Record<string, unknown>> {
  for (let shard = 0; shard < CHARGE_INDEX_SHARDS; shard++) {
    let start: Item | undefined;
    do {
      const page = await client.send(
        new QueryCommand({
          TableName: table,
          IndexName: ACCOUNT_DAY_INDEX,
          KeyConditionExpression: 'gsi1pk = :partition',
          ExpressionAttributeValues: { ':partition': { S: chargeIndexKey(cluster, account, day, shard) } },
          ExpressionAttributeNames: { '#user': 'user', '#record': 'record' },
          ProjectionExpression: '#user, startDay, seconds, #record.jobIdRaw, #record.submit',
          ...(start && { ExclusiveStartKey: start }),
        }),
      );
      for (const item of page.Items ?? []) yield fromItem(item);
      start = page.LastEvaluatedKey;
    } while (start);
  }
}
