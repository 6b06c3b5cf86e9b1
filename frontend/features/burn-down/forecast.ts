import { addDays, daysBetween, type Day } from '@keystone/shared/domain/calendar.ts';
import { drawGrants, isLive } from '@keystone/shared/domain/grants.ts';
import type { Balance } from '../../lib/api/records.ts';
import { awardedOn, entitledOn, type DayOfBalance } from './burn-down.ts';

/** How many whole days before today say how fast an account is. */
export const PACE_DAYS = 30;
/** How far the forecast looks. */
export const FORECAST_DAYS = 366;
/** What is shown at least of the time to come, where no award has an end. */
const LEAST_SHOWN_DAYS = 30;

/** What becomes of a balance if things go on as they did. */
export type Outlook =
  | { kind: 'no-award' }
  /** The next award begins on `day`; none is live until then. */
  | { kind: 'begins'; day: Day }
  | { kind: 'locked' }
  | { kind: 'used-up' }
  /** No whole day has passed since the first award began. */
  | { kind: 'too-early' }
  | { kind: 'idle' }
  | { kind: 'runs-out'; day: Day }
  /** The last award ends on `day` with so much unused. */
  | { kind: 'lapses'; day: Day; left: number }
  | { kind: 'lasts' };

/** A day to come; what will remain is not known where there is no pace to go by. */
export type DayToCome = Pick<DayOfBalance, 'day' | 'awarded'> & { remaining: number | null };

/** How fast an account is: billing-seconds a day, over the last 30 whole days or those since the first award. */
export interface Pace {
  seconds: number;
  days: number;
}

export interface Forecast {
  outlook: Outlook;
  /** Undefined before the first whole day. */
  pace: Pace | undefined;
  days: DayToCome[];
}

function paceOf({ as_of, grants }: Balance, history: readonly DayOfBalance[]): Pace | undefined {
  const first = grants.map(({ from }) => from).sort()[0];
  const past = history.filter(
    ({ day }) => first !== undefined && day >= first && day >= addDays(as_of, -PACE_DAYS) && day < as_of,
  );
  if (past.length === 0) return undefined;
  // Corrections can take more than was used.
  const seconds = Math.max(0, Math.round(past.reduce((sum, { used }) => sum + used, 0) / past.length));
  return { seconds, days: past.length };
}

/** The forecast at the pace of the last 30 days: each day draws from the awards as real runs do. */
export function forecastOf(balance: Balance, history: readonly DayOfBalance[]): Forecast {
  const pace = paceOf(balance, history);
  const days = daysToCome(balance, balance.locked ? undefined : pace?.seconds);
  const outlook = outlookOf(balance, pace?.seconds, days);
  return { outlook, pace, days: shownOf(balance, history, days, outlook) };
}

function daysToCome({ as_of, grants, used }: Balance, pace: number | undefined): DayToCome[] {
  let drawn = grants;
  let usedThrough = used;
  return daysBetween(addDays(as_of, 1), addDays(as_of, FORECAST_DAYS)).map((day) => {
    const awarded = awardedOn(grants, day);
    if (pace === undefined) return { day, awarded, remaining: null };
    // Where nothing remains, no job starts.
    const seconds = Math.min(pace, Math.max(0, entitledOn(drawn, day) - usedThrough));
    drawn = drawGrants(drawn, [{ day, seconds }]).grants;
    usedThrough += seconds;
    return { day, awarded, remaining: entitledOn(drawn, day) - usedThrough };
  });
}

function outlookOf(balance: Balance, pace: number | undefined, days: readonly DayToCome[]): Outlook {
  const { as_of, grants, locked, remaining } = balance;
  if (!grants.some((grant) => isLive(grant, as_of))) {
    const next = grants.map(({ from }) => from).filter((from) => from > as_of);
    const day = next.sort()[0];
    return day === undefined ? { kind: 'no-award' } : { kind: 'begins', day };
  }
  if (locked) return { kind: 'locked' };
  if (remaining <= 0) return { kind: 'used-up' };
  if (pace === undefined) return { kind: 'too-early' };
  if (pace === 0) return { kind: 'idle' };
  const dry = days.find(({ awarded, remaining: left }) => awarded > 0 && left !== null && left <= 0);
  if (dry) return { kind: 'runs-out', day: dry.day };
  const end = lastEnd(balance);
  if (end === null || end > addDays(as_of, FORECAST_DAYS)) return { kind: 'lasts' };
  const eve = addDays(end, -1);
  return { kind: 'lapses', day: end, left: days.find(({ day }) => day === eve)?.remaining ?? remaining };
}

/** The day on which the last award ends; null where one never does. */
function lastEnd({ grants }: Pick<Balance, 'grants'>): Day | null {
  const ends = grants.map(({ until }) => until);
  return ends.includes(null) ? null : (ends.sort().at(-1) ?? null);
}

/** As much of the time to come as says something: to the end of the last award, or a while where none has one. */
function shownOf(
  balance: Balance,
  history: readonly DayOfBalance[],
  days: DayToCome[],
  outlook: Outlook,
): DayToCome[] {
  const end = lastEnd(balance);
  if (end !== null) return days.filter(({ day }) => day <= end);
  const dryFor = outlook.kind === 'runs-out' ? days.findIndex(({ day }) => day === outlook.day) + 1 : 0;
  return days.slice(0, Math.max(LEAST_SHOWN_DAYS, history.length, Math.round(dryFor * 1.1)));
}
