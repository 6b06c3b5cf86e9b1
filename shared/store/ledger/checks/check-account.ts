import { addDays, dayOf, daysBetween, type Day } from '../../../domain/calendar.ts';
import { addDay, daysIn, type DaySpans } from '../../../domain/day-spans.ts';
import { gapOf, settleDifferences, type Difference } from '../../../domain/standing-differences.ts';
import { readAccountSums, type AccountSums } from './account-sums.ts';
import { tell, tellStanding, type CheckContext } from './check-context.ts';
import { readDay, type DayReading } from './day-sums.ts';
import { findingOf, type FindingKind } from './finding.ts';
import { newWalk, type SeenAccount, type Walk } from './pass-state.ts';

/** Days that are added up before the pass is noted. */
const DAYS_A_STEP = 16;

/** Ways through all days, at most: rows that come late may land on days that were added up, each time. */
const MOST_WALKS = 3;

/** A cluster's clock that is ahead goes on while a pass is under way. */
const DAYS_AHEAD = 7;

/**
 * One step of an account's check: some of its days against people's items, and after the last of them all its charges
 * against its balance and its start days. A day is read at once; an account is not, so days that may still move are read
 * anew at each look at the balance, and a difference is looked at by a further way through all days. It is one where two ways
 * found it as large: rows that came late to days already added up differ from way to way.
 *
 * @returns whether the account is done
 */
export async function checkAccountStep(context: CheckContext, seen: SeenAccount): Promise<boolean> {
  const { state } = context;
  const walk = (state.walk ??= newWalk(todayOf(context)));
  if (await addOldDays(context, seen, walk)) return false;
  const { cluster, account } = seen;
  const read = async () => {
    const recent = await readDays(context, seen, recentDays(context, seen, walk));
    const sums = await readAccountSums(context.ledger, cluster, account);
    return [...recent.flatMap(({ differences }) => differences), ...compare(seen, walk, recent, sums)];
  };
  const { standing, moving } = await settleDifferences(read, context.pause);
  const unsure = standing.filter((difference) => !isSure(walk, difference));
  const earlier = walk.earlier ?? [];
  if (unsure.length > 0 && earlier.length + 1 < MOST_WALKS) {
    await lookEverywhere(context, seen);
    state.walk = newWalk(todayOf(context), [...earlier, gapsOf(standing)]);
    return false;
  }
  for (const difference of standing.filter((each) => !unsure.includes(each)))
    tell(context, findingOf('difference', kindOf(difference), cluster, difference));
  for (const difference of [...unsure, ...moving])
    tell(context, findingOf('moving', kindOf(difference), cluster, difference));
  if (walk.dayItems < seen.dayItems) state.strays.push(state.accounts.indexOf(seen));
  state.counts.accounts += 1;
  state.walk = null;
  return true;
}

const todayOf = ({ now, zone }: CheckContext): Day => dayOf(now().getTime() / 1000, zone ?? 'UTC');

/** A day is read in one go, and needs no second way. A pass of an older function kept no gaps. */
const isSure = ({ again, earlier }: Walk, difference: Difference): boolean =>
  difference.name.startsWith('day ') ||
  (earlier ? earlier.some((gaps) => gaps[difference.name] === gapOf(difference)) : again);

const gapsOf = (differences: readonly Difference[]): Record<string, string> =>
  Object.fromEntries(differences.map((difference) => [difference.name, gapOf(difference) ?? '']));

/** Days from the walk's last ones on, those ahead of any clock too: the scan may have met some. */
function recentDays(context: CheckContext, { days }: SeenAccount, { recentFrom }: Walk): Day[] {
  const tomorrow = addDays(todayOf(context), 1);
  return [...daysBetween(recentFrom, tomorrow), ...daysIn(days, addDays(tomorrow, 1))];
}

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

/**
 * Charges may have come for days that neither the scan met nor its time: none ends before the first run started, and
 * where a clock is ahead it goes on from the last day that was met.
 */
async function lookEverywhere(context: CheckContext, seen: SeenAccount): Promise<void> {
  const { starts } = await readAccountSums(context.ledger, seen.cluster, seen.account);
  const today = todayOf(context);
  const first = [...starts.keys()].sort()[0] ?? today;
  for (const day of daysBetween(first, today)) addDay(seen.days, day);
  const met = seen.days.at(-1)?.[1] ?? today;
  if (met > addDays(today, 1))
    for (const day of daysBetween(met, addDays(met, DAYS_AHEAD))) addDay(seen.days, day);
}
