import { addDays, dayOf, daysBetween, type Day } from '../../../domain/calendar.ts';
import { addDay, daysIn, type DaySpans } from '../../../domain/day-spans.ts';
import { settleDifferences, type Difference } from '../../../domain/standing-differences.ts';
import { readAccountSums, type AccountSums } from './account-sums.ts';
import { tell, tellStanding, type CheckContext } from './check-context.ts';
import { readDay, type DayReading } from './day-sums.ts';
import { findingOf, type FindingKind } from './finding.ts';
import { newWalk, type SeenAccount, type Walk } from './pass-state.ts';

/** Days that are added up before the pass is noted. */
const DAYS_A_STEP = 16;

/**
 * One step of an account's check: some of its days against people's items, and after the last of them all its charges
 * against its balance and its start days. A day is read at once; an account is not, so days that may still move are read
 * anew at each look at the balance, and a difference is looked at by a second way through all days.
 *
 * @returns whether the account is done
 */
export async function checkAccountStep(context: CheckContext, seen: SeenAccount): Promise<boolean> {
  const { state } = context;
  const today = todayOf(context);
  const walk = (state.walk ??= newWalk(today, false));
  if (await addOldDays(context, seen, walk)) return false;
  const { cluster, account } = seen;
  const read = async () => {
    const recent = await readDays(context, seen, daysBetween(walk.recentFrom, addDays(today, 1)));
    const sums = await readAccountSums(context.ledger, cluster, account);
    return [...recent.flatMap(({ differences }) => differences), ...compare(seen, walk, recent, sums)];
  };
  const { standing, moving } = await settleDifferences(read, context.pause);
  if (!walk.again && standing.some(({ name }) => !name.startsWith('day '))) {
    await lookEverywhere(context, seen);
    state.walk = newWalk(today, true);
    return false;
  }
  for (const difference of standing)
    tell(context, findingOf('difference', kindOf(difference), cluster, difference));
  for (const difference of moving)
    tell(context, findingOf('moving', kindOf(difference), cluster, difference));
  if (walk.dayItems < seen.dayItems) state.strays.push(state.accounts.indexOf(seen));
  state.counts.accounts += 1;
  state.walk = null;
  return true;
}

const todayOf = ({ now, zone }: CheckContext): Day => dayOf(now().getTime() / 1000, zone ?? 'UTC');

/** @returns whether there were days to add up */
async function addOldDays(context: CheckContext, seen: SeenAccount, walk: Walk): Promise<boolean> {
  const days = oldDays(context, seen, walk);
  const readings = new Map<Day, DayReading>();
  const read = async (wanted: readonly Day[]) => {
    for (const [place, reading] of (await readDays(context, seen, wanted)).entries())
      readings.set(wanted[place] ?? '', reading);
  };
  await read(days);
  const differing = () => days.filter((day) => (readings.get(day)?.differences.length ?? 0) > 0);
  if (differing().length > 0 && !walk.again)
    await tellStanding(context, seen.cluster, 'user-day', async () => {
      await read(differing());
      return differing().flatMap((day) => readings.get(day)?.differences ?? []);
    });
  for (const [day, reading] of readings) {
    addReading(walk, reading);
    if (day < context.state.countedBefore) walk.dayItems += reading.dayItems;
    walk.next = addDays(day, 1);
    if (!walk.again) context.state.counts.days += 1;
  }
  return days.length > 0;
}

function oldDays({ state }: CheckContext, seen: SeenAccount, walk: Walk): Day[] {
  // Since the scan, runs have ended on days that it did not meet.
  const spans: DaySpans = seen.days.map(([first, last]) => [first, last]);
  for (const day of daysBetween(state.countedBefore, addDays(walk.recentFrom, -1))) addDay(spans, day);
  const days: Day[] = [];
  for (const day of daysIn(spans, walk.next)) {
    if (day >= walk.recentFrom || days.length === DAYS_A_STEP) break;
    days.push(day);
  }
  return days;
}

function addReading(walk: Walk, { seconds, jobs, starts }: DayReading): void {
  walk.seconds += seconds;
  walk.jobs += jobs;
  for (const [day, started] of starts) walk.starts[day] = (walk.starts[day] ?? 0) + started;
}

async function readDays(
  { ledger }: CheckContext,
  { cluster, account }: SeenAccount,
  days: readonly Day[],
): Promise<DayReading[]> {
  const readings: DayReading[] = [];
  for (const day of days) readings.push(await readDay(ledger, { cluster, account, day }));
  return readings;
}

function compare(
  { cluster, account }: SeenAccount,
  walk: Walk,
  recent: readonly DayReading[],
  found: AccountSums,
): Difference[] {
  const all = { ...walk, starts: { ...walk.starts } };
  for (const reading of recent) addReading(all, reading);
  const days = [...new Set([...Object.keys(all.starts), ...found.starts.keys()])].sort();
  const starts = days.map((day): Difference => ({
    name: `start ${cluster} ${account} ${day}`,
    expected: { seconds: all.starts[day] ?? 0 },
    found: { seconds: found.starts.get(day) ?? 0 },
  }));
  const balance: Difference = {
    name: `balance ${cluster} ${account}`,
    expected: { seconds: all.seconds, jobs: all.jobs },
    found: { seconds: found.seconds, jobs: found.jobs },
  };
  return [balance, ...starts].filter(
    ({ expected, found }) => expected['seconds'] !== found['seconds'] || expected['jobs'] !== found['jobs'],
  );
}

const kindOf = ({ name }: Difference): FindingKind =>
  name.startsWith('day ') ? 'user-day' : name.startsWith('start ') ? 'start-day' : 'balance';

/** Charges may have come for days that neither the scan met nor its time: none ends before the first run started. */
async function lookEverywhere(context: CheckContext, seen: SeenAccount): Promise<void> {
  const { starts } = await readAccountSums(context.ledger, seen.cluster, seen.account);
  const first = [...starts.keys()].sort()[0];
  if (first !== undefined) for (const day of daysBetween(first, todayOf(context))) addDay(seen.days, day);
}
