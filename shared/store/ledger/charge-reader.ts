import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { daysBetween, type Day } from '../../domain/calendar.ts';
import { fromItem } from '../table/items.ts';
import { CHARGE_INDEX_SHARDS, chargeIndexKey } from './ledger-keys.ts';
import { postedChargeSchema, type PostedCharge } from './ledger-records.ts';
import { ACCOUNT_DAY_INDEX, type LedgerTable } from '../table/tables.ts';

export interface ChargesWanted {
  cluster: number;
  account: string;
  /** First and last day, both included, by the run's end. */
  from: Day;
  to: Day;
  /** Most charges that are read: the newest. */
  limit?: number;
}

export const MOST_CHARGES = 10_000;

/**
 * Charges of an account on a cluster by end day, newest first. From an index, which may lag behind by a moment.
 *
 * @returns the newest `limit`, and whether there are more
 */
export async function readCharges(
  ledger: LedgerTable,
  { cluster, account, from, to, limit = MOST_CHARGES }: ChargesWanted,
): Promise<{ charges: PostedCharge[]; more: boolean }> {
  const charges: PostedCharge[] = [];
  for (const day of daysBetween(from, to).reverse()) {
    const wanted = limit - charges.length + 1;
    const shards = Array.from({ length: CHARGE_INDEX_SHARDS }, (_, shard) =>
      readShard(ledger, chargeIndexKey(cluster, account, day, shard), wanted),
    );
    charges.push(...(await Promise.all(shards)).flat().sort(newestFirst));
    if (charges.length > limit) return { charges: charges.slice(0, limit), more: true };
  }
  return { charges, more: false };
}

const newestFirst = (a: PostedCharge, b: PostedCharge) =>
  b.record.end - a.record.end || b.record.jobIdRaw - a.record.jobIdRaw || b.record.submit - a.record.submit;

async function readShard(ledger: LedgerTable, partition: string, wanted: number): Promise<PostedCharge[]> {
  const charges: PostedCharge[] = [];
  let start;
  do {
    const page: Awaited<ReturnType<typeof queryPage>> = await queryPage(
      ledger,
      partition,
      wanted - charges.length,
      start,
    );
    charges.push(...(page.Items ?? []).map((item) => postedChargeSchema.parse(fromItem(item))));
    start = page.LastEvaluatedKey;
  } while (start && charges.length < wanted);
  return charges;
}

const queryPage = (
  { client, table }: LedgerTable,
  partition: string,
  limit: number,
  start: QueryCommand['input']['ExclusiveStartKey'],
) =>
  client.send(
    new QueryCommand({
      TableName: table,
      IndexName: ACCOUNT_DAY_INDEX,
      KeyConditionExpression: 'gsi1pk = :partition',
      ExpressionAttributeValues: { ':partition': { S: partition } },
      ScanIndexForward: false,
      Limit: limit,
      ...(start && { ExclusiveStartKey: start }),
    }),
  );
