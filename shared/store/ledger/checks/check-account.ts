import { addDays, dayOf, daysBetween, type Day } from '../../../domain/calendar.ts';
import { addDay, daysIn, type DaySpans } from '../../../domain/day-spans.ts';
import {
  gapOf,
  lookAgain,
  noLooks,
  pauseAfter,
  settledBy,
  type Difference,
} from '../../../domain/standing-differences.ts';
import { readAccountSums, type AccountSums } from './account-sums.ts';
import { tell, tellStanding, type CheckContext } from './check-context.ts';
import { readDay, type DayReading } from './day-sums.ts';
import { findingOf, type FindingKind } from './finding.ts';
import { newWalk, recentFrom, type SeenAccount, type Walk } from './pass-state.ts';

/** Days that are added up before the pass is noted. */
const DAYS_A_STEP = 16;

/** Runs after which a step adds up no further day: at the task's rate these take half a minute. */
const RUNS_A_STEP = 100_000;

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
  // After a walk of many nights as many days would be left for each look.
  const from = recentFrom(todayOf(context));
  if (!walk.looks && from > walk.recentFrom) walk.recentFrom = from;
  if (await addOldDays(context, seen, walk)) return false;
  walk.looks = lookAgain(walk.looks ?? noLooks, await lookOnce(context, seen, walk));
  const wait = pauseAfter(walk.looks);
  if (wait !== undefined) {
    await context.pause(wait);
    return false;
  }
  const { standing, moving } = settledBy(walk.looks);
  const unsure = standing.filter((difference) => !isSure(walk, difference));
  const earlier = walk.earlier ?? [];
  // Days too that a further way takes for old ones, which it tells nothing of.
  for (const difference of standing.filter((each) => !unsure.includes(each) && !isTold(walk, each)))
    tell(context, findingOf('difference', kindOf(difference), seen.cluster, difference));
  if (unsure.length > 0 && earlier.length + 1 < MOST_WALKS) {
    await lookEverywhere(context, seen);
    state.walk = newWalk(todayOf(context), [...earlier, gapsOf(standing)]);
    return false;
  }
  for (const difference of [...unsure, ...moving])
    tell(context, findingOf('moving', kindOf(difference), seen.cluster, difference));
  if (walk.dayItems < seen.dayItems) state.strays.push(state.accounts.indexOf(seen));
  state.counts.accounts += 1;
  state.walk = null;
  return true;
}

/** What differs at this moment, of days that may still move and of the whole account. */
async function lookOnce(context: CheckContext, seen: SeenAccount, walk: Walk): Promise<Difference[]> {
  const recent = await readDays(context, seen, recentDays(context, seen, walk));
  const sums = await readAccountSums(context.ledger, seen.cluster, seen.account);
  return [...recent.flatMap(({ differences }) => differences), ...compare(seen, walk, recent, sums)];
}

const todayOf = ({ now, zone }: CheckContext): Day => dayOf(now().getTime() / 1000, zone ?? 'UTC');

/** A day is read in one go, and needs no second way. A pass of an older function kept no gaps. */
const isSure = ({ again, earlier }: Walk, difference: Difference): boolean =>
  isOfDay(difference) ||
  (earlier ? earlier.some((gaps) => gaps[difference.name] === gapOf(difference)) : again);

/** Whether a way before told it. */
const isTold = ({ earlier = [] }: Walk, difference: Difference): boolean =>
  isOfDay(difference) && earlier.some((gaps) => difference.name in gaps);

const isOfDay = ({ name }: Pick<Difference, 'name'>) => name.startsWith('day ');

const gapsOf = (differences: readonly Difference[]): Record<string, string> =>
  Object.fromEntries(differences.map((difference) => [difference.name, gapOf(difference) ?? '']));

/** Days from the walk's last ones on, those ahead of any clock too: the scan may have met some. */
function recentDays(context: CheckContext, { days }: SeenAccount, { recentFrom }: Walk): Day[] {
  const tomorrow = addDays(todayOf(context), 1);
  return [...daysBetween(recentFrom, tomorrow), ...daysIn(days, addDays(tomorrow, 1))];
}

/** @returns whether there were days to add up */
async function addOldDays(context: CheckContext, seen: SeenAccount, walk: Walk): Promise<boolean> {
  const readings = new Map<Day, DayReading>();
  let runs = 0;
  for (const day of oldDays(context, seen, walk)) {
    const reading = await readDay(context.ledger, { ...seen, day });
    readings.set(day, reading);
    runs += reading.jobs;
    if (runs >= (context.mostRuns ?? RUNS_A_STEP)) break;
  }
  const differing = () => [...readings].filter(([, { differences }]) => differences.length > 0);
  if (differing().length > 0 && !walk.again)
    await tellStanding(context, seen.cluster, 'user-day', async () => {
      for (const [day] of differing()) readings.set(day, await readDay(context.ledger, { ...seen, day }));
      return differing().flatMap(([, { differences }]) => differences);
    });
  for (const [day, reading] of readings) {
    addReading(walk, reading);
    if (day < context.state.countedBefore) walk.dayItems += reading.dayItems;
    walk.next = addDays(day, 1);
    if (!walk.again) context.state.counts.days += 1;
  }
  return readings.size > 0;
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
  isOfDay({ name }) ? 'user-day' : name.startsWith('start ') ? 'start-day' : 'balance';

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
