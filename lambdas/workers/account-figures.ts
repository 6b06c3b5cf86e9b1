import type { PolicyAccount, SegmentMark } from '@keystone/shared/contracts/policy.ts';
import { settleAccount } from '@keystone/shared/domain/entitlements.ts';
import type { DayUsage } from '@keystone/shared/domain/grants.ts';
import { readDayUsage } from '@keystone/shared/store/ledger/balance-reader.ts';
import { mapBounded } from '@keystone/shared/store/table/map-bounded.ts';
import { readUsageBeyond, type SegmentUsage } from '@keystone/shared/store/ledger/segment-reader.ts';
import type { LedgerTable } from '@keystone/shared/store/table/tables.ts';
import type { DesiredAccount } from './desired-accounts.ts';

const QUERIES = 50;
const MAX_READS = 3;

/**
 * Accounts with their runs and what their grants have carried, as they stood at a mark: the agent adds what it sent
 * after it.
 *
 * The balances hold later runs too, and those are taken out again. What they are is read before the balances and
 * after; an account to which runs came in between is read again. Where they come without a pause, the smaller of both
 * holds: too little is taken out then, and the agent counts too much, never too little.
 */
export async function withFigures(
  ledger: LedgerTable,
  cluster: number,
  desired: readonly DesiredAccount[],
  through: SegmentMark,
): Promise<PolicyAccount[]> {
  const done: PolicyAccount[] = [];
  let open = desired;
  for (let read = 1; open.length > 0; read++) {
    const beyond = await readUsageBeyond(ledger, cluster, through);
    const usages = await mapBounded(open, QUERIES, async (account) => ({
      account,
      usage: await readDayUsage(ledger, cluster, account.account),
    }));
    const since = await readUsageBeyond(ledger, cluster, through);
    const moved = new Set<DesiredAccount>();
    for (const { account, usage } of usages) {
      const before = beyond.get(account.account) ?? [];
      const after = since.get(account.account) ?? [];
      if (read < MAX_READS && !isEqual(before, after)) moved.add(account);
      else done.push(settled(account, usage, smaller(before, after), through));
    }
    open = [...moved];
  }
  return done;
}

type Beyond = readonly SegmentUsage[];

const isEqual = (before: Beyond, after: Beyond) => JSON.stringify(before) === JSON.stringify(after);

/** Of each segment and day the smaller figure: a run that came after has none, and a row that shrank a negative one. */
function smaller(before: Beyond, after: Beyond): DayUsage[] {
  const [first, second] = [figuresOf(before), figuresOf(after)];
  const named = new Map([...before, ...after].map((each) => [nameOf(each), each.day]));
  return [...named].map(([name, day]) => ({
    day,
    seconds: Math.min(first.get(name) ?? 0, second.get(name) ?? 0),
  }));
}

const nameOf = ({ source, day }: SegmentUsage) => `${source} ${day}`;
const figuresOf = (read: Beyond) => new Map(read.map((each) => [nameOf(each), each.seconds]));

function settled(
  { awards, ...decided }: DesiredAccount,
  usage: readonly DayUsage[],
  beyond: readonly DayUsage[],
  through: SegmentMark,
): PolicyAccount {
  const days = new Map(usage.map(({ day, seconds }) => [day, seconds]));
  for (const { day, seconds } of beyond) days.set(day, (days.get(day) ?? 0) - seconds);
  const held = [...days].map(([day, seconds]) => ({ day, seconds }));
  const runsTotal = held.reduce((sum, { seconds }) => sum + seconds, 0);
  return { ...decided, ...settleAccount(awards, held), runsTotal, through };
}
