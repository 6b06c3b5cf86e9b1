import * as z from 'zod';
import type { Day } from '../../../domain/calendar.ts';
import type { Difference } from '../../../domain/standing-differences.ts';
import { batchReadItems } from '../../table/batch-reader.ts';
import { fromItem } from '../../table/items.ts';
import { shardsOf, userDayKey } from '../ledger-keys.ts';
import type { LedgerTable } from '../../table/tables.ts';
import { chargesOfDay, type AccountDay } from './charges-of-day.ts';

interface Amount {
  seconds: number;
  jobs: number;
}

/** Charges of an account that ended on a day, added up; and what the day's items say of the same people. */
export interface DayReading extends Amount {
  starts: Map<Day, number>;
  /** Items that hold something. */
  dayItems: number;
  differences: Difference[];
}

const chargeSchema = z.object({ user: z.string(), startDay: z.string(), seconds: z.int() });
const dayItemSchema = z.object({
  user: z.string(),
  seconds: z.int().default(0),
  jobs: z.int().default(0),
});

/** @param also people whose items are looked at even if no charge is theirs */
export async function readDay(
  ledger: LedgerTable,
  accountDay: AccountDay,
  also: readonly string[] = [],
): Promise<DayReading> {
  const { cluster, account, day } = accountDay;
  const users = new Map<string, Amount>(also.map((user) => [user, { seconds: 0, jobs: 0 }]));
  const reading: DayReading = { seconds: 0, jobs: 0, starts: new Map(), dayItems: 0, differences: [] };
  for await (const item of chargesOfDay(ledger, accountDay)) {
    // What can't be read counts as nothing, here and below: the scan tells it.
    const charge = chargeSchema.safeParse(item).data;
    if (!charge) continue;
    const { user, startDay, seconds } = charge;
    const sum = users.get(user) ?? { seconds: 0, jobs: 0 };
    users.set(user, { seconds: sum.seconds + seconds, jobs: sum.jobs + 1 });
    reading.seconds += seconds;
    reading.jobs += 1;
    reading.starts.set(startDay, (reading.starts.get(startDay) ?? 0) + seconds);
  }
  const found = new Map<string, Amount>();
  const keys = [...users.keys()].flatMap((user) =>
    shardsOf(ledger).map((shard) => userDayKey({ cluster, account, user, day }, shard)),
  );
  for (const item of await batchReadItems(ledger, keys)) {
    const held = dayItemSchema.safeParse(fromItem(item)).data;
    if (!held) continue;
    const { user, seconds, jobs } = held;
    const sum = found.get(user) ?? { seconds: 0, jobs: 0 };
    found.set(user, { seconds: sum.seconds + seconds, jobs: sum.jobs + jobs });
    if (seconds !== 0 || jobs !== 0) reading.dayItems += 1;
  }
  for (const [user, expected] of users) {
    const { seconds, jobs } = found.get(user) ?? { seconds: 0, jobs: 0 };
    if (seconds !== expected.seconds || jobs !== expected.jobs)
      reading.differences.push({
        name: `day ${cluster} ${account} ${day} ${user}`,
        expected: { ...expected },
        found: { seconds, jobs },
      });
  }
  return reading;
}
