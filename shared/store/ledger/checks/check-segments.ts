import { QueryCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { addDays, dayOf, type Day } from '../../../domain/calendar.ts';
import type { Difference } from '../../../domain/standing-differences.ts';
import { fromItem, type Item } from '../../table/items.ts';
import { segmentAttributePattern, segmentKey } from '../ledger-keys.ts';
import type { LedgerTable } from '../../table/tables.ts';
import { readAccountSums } from './account-sums.ts';
import { tellStanding, type CheckContext } from './check-context.ts';

/** Items by segment are kept for 30 days. A run is posted after it started, so all of a younger start day is there. */
const KEPT_DAYS = 28;

type Sums = Map<string, Map<Day, number>>;

/** A cluster's sums by segment against its accounts' sums by start day, for the days that segments still hold. */
export async function checkSegments(context: CheckContext, cluster: number): Promise<void> {
  const { ledger, state, now, zone } = context;
  const since = addDays(dayOf(now().getTime() / 1000, zone ?? 'UTC'), -KEPT_DAYS);
  const seen = state.accounts.filter((each) => each.cluster === cluster).map(({ account }) => account);
  let open = new Set(seen);
  await tellStanding(context, cluster, 'segments', async () => {
    const segments = await readSegmentSums(ledger, cluster, since);
    if (open.size === seen.length) for (const account of segments.keys()) open.add(account);
    const differences: Difference[] = [];
    const differing = new Set<string>();
    for (const account of open) {
      const { starts } = await readAccountSums(ledger, cluster, account);
      const own = compare(cluster, account, since, segments.get(account) ?? new Map(), starts);
      if (own.length > 0) differing.add(account);
      differences.push(...own);
    }
    open = differing;
    return differences;
  });
}

function compare(
  cluster: number,
  account: string,
  since: Day,
  segments: ReadonlyMap<Day, number>,
  starts: ReadonlyMap<Day, number>,
): Difference[] {
  const days = [...new Set([...segments.keys(), ...starts.keys()])].filter((day) => day >= since).sort();
  return days.flatMap((day) => {
    const [expected, found] = [starts.get(day) ?? 0, segments.get(day) ?? 0];
    const name = `segments ${cluster} ${account} ${day}`;
    return expected === found ? [] : [{ name, expected: { seconds: expected }, found: { seconds: found } }];
  });
}

async function readSegmentSums(ledger: LedgerTable, cluster: number, since: Day): Promise<Sums> {
  const sums: Sums = new Map();
  for await (const item of segmentItems(ledger, cluster)) {
    for (const [name, value] of Object.entries(fromItem(item))) {
      const [, day, account] = segmentAttributePattern.exec(name) ?? [];
      if (day === undefined || account === undefined || day < since) continue;
      const days = sums.get(account) ?? new Map<Day, number>();
      days.set(day, (days.get(day) ?? 0) + z.int().parse(value));
      sums.set(account, days);
    }
  }
  return sums;
}

/** Page by page: a busy cluster's segments of a month are too many to hold. */
async function* segmentItems({ client, table }: LedgerTable, cluster: number): AsyncGenerator<Item> {
  const { pk } = segmentKey(cluster, { epoch: 0, segment: 0 });
  let start: Item | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: table,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: pk } },
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
    yield* page.Items ?? [];
    start = page.LastEvaluatedKey;
  } while (start);
}
