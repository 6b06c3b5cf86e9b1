import * as z from 'zod';
import type { DayUsage } from '../../domain/grants.ts';
import { batchReadItems } from '../table/batch-reader.ts';
import { queryItems } from '../table/control-reader.ts';
import { fromItem } from '../table/items.ts';
import { balanceKey, MONTH_PREFIX, shardsOf } from './ledger-keys.ts';
import type { LedgerTable } from '../table/tables.ts';

export interface AccountOfCluster {
  cluster: number;
  account: string;
}

/** What an account has used on a cluster: billing-seconds of its charged runs, and how many they were. */
export interface AccountBalance extends AccountOfCluster {
  runs: number;
  jobs: number;
}

const balanceItemSchema = z.object({
  cluster: z.int(),
  account: z.string(),
  seconds: z.int().default(0),
  jobs: z.int().default(0),
});

/** Balances in the order asked for, strongly consistent; an account that nothing was charged to has zeros. */
export async function readBalances(
  ledger: LedgerTable,
  accounts: readonly AccountOfCluster[],
): Promise<AccountBalance[]> {
  const keys = accounts.flatMap(({ cluster, account }) =>
    shardsOf(ledger).map((shard) => balanceKey(cluster, account, shard)),
  );
  const sums = new Map<string, { runs: number; jobs: number }>();
  for (const item of await batchReadItems(ledger, keys)) {
    const { cluster, account, seconds, jobs } = balanceItemSchema.parse(fromItem(item));
    const sum = sums.get(`${cluster}#${account}`) ?? { runs: 0, jobs: 0 };
    sums.set(`${cluster}#${account}`, { runs: sum.runs + seconds, jobs: sum.jobs + jobs });
  }
  return accounts.map(({ cluster, account }) => ({
    cluster,
    account,
    ...(sums.get(`${cluster}#${account}`) ?? { runs: 0, jobs: 0 }),
  }));
}

/**
 * All that an account used on a cluster, by the day on which the runs started, oldest first; strongly consistent. The
 * sum over the days is the account's balance.
 */
export async function readDayUsage(
  ledger: LedgerTable,
  cluster: number,
  account: string,
): Promise<DayUsage[]> {
  const shards = shardsOf(ledger).map((shard) =>
    queryItems(ledger, balanceKey(cluster, account, shard).pk, MONTH_PREFIX),
  );
  const days = new Map<string, number>();
  for (const item of (await Promise.all(shards)).flat()) {
    const { month, ...rest } = z.looseObject({ month: z.string() }).parse(fromItem(item));
    for (const [name, value] of Object.entries(rest)) {
      if (!/^d\d\d$/.test(name)) continue;
      const day = `${month}-${name.slice(1)}`;
      days.set(day, (days.get(day) ?? 0) + z.int().parse(value));
    }
  }
  return [...days].map(([day, seconds]) => ({ day, seconds })).sort((a, b) => (a.day < b.day ? -1 : 1));
}
