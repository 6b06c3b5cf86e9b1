import * as z from 'zod';
import type { Day } from '../../../domain/calendar.ts';
import { queryItems } from '../../table/control-reader.ts';
import { fromItem } from '../../table/items.ts';
import { balanceKey, MONTH_PREFIX, shardsOf } from '../ledger-keys.ts';
import type { LedgerTable } from '../../table/tables.ts';

/** What the items of an account say: its balance, and its runs by start day. */
export interface AccountSums {
  seconds: number;
  jobs: number;
  starts: Map<Day, number>;
}

const balanceSchema = z.object({ seconds: z.int().default(0), jobs: z.int().default(0) });

/** Balance and start days of an account in one strongly consistent query for each shard. */
export async function readAccountSums(
  ledger: LedgerTable,
  cluster: number,
  account: string,
): Promise<AccountSums> {
  const shards = shardsOf(ledger).map((shard) => queryItems(ledger, balanceKey(cluster, account, shard).pk));
  const sums: AccountSums = { seconds: 0, jobs: 0, starts: new Map() };
  for (const item of (await Promise.all(shards)).flat()) {
    const values = fromItem(item);
    if (String(values['sk']).startsWith(MONTH_PREFIX)) addMonth(sums.starts, values);
    else {
      // What can't be read counts as nothing: the scan tells it.
      const { seconds, jobs } = balanceSchema.safeParse(values).data ?? { seconds: 0, jobs: 0 };
      sums.seconds += seconds;
      sums.jobs += jobs;
    }
  }
  return sums;
}

function addMonth(starts: Map<Day, number>, values: Record<string, unknown>): void {
  const month = String(values['sk']).slice(MONTH_PREFIX.length);
  for (const [name, value] of Object.entries(values)) {
    if (!/^d\d\d$/.test(name)) continue;
    const day = `${month}-${name.slice(1)}`;
    starts.set(day, (starts.get(day) ?? 0) + (z.int().safeParse(value).data ?? 0));
  }
}
