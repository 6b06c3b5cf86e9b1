import { addDays, dayOf, startOfDay } from '@keystone/shared/domain/calendar.ts';
import { SeededRandom, seedOf } from './seeded-random.ts';

/** How busy people are by the hour of a working day. */
const hours = [
  0.4, 0.3, 0.3, 0.3, 0.3, 0.4, 0.5, 0.8, 1.3, 1.9, 2.1, 2.0, 1.5, 1.8, 2.1, 2.1, 2.0, 1.9, 1.5, 1.0, 0.8,
  0.7, 0.6, 0.5,
];
const WEEKEND = 0.35;
const mean = ((hours.reduce((sum, hour) => sum + hour, 0) / hours.length) * (5 + 2 * WEEKEND)) / 7;

/** Weeks differ by a factor of this much at most: deadlines, holidays. */
const BUSIEST_WEEK = 2;

/** Nothing is ever busier than this, as a multiple of an average moment. */
export const BUSIEST = (Math.max(...hours) / mean) * BUSIEST_WEEK;

/** How busy an account's people are at a moment, as a multiple of an average one. */
export type Rhythm = (seconds: number, account: string) => number;

/** The rhythm of a zone's working days; which weeks are busy is each account's own, by the seed. */
export function rhythmOf(zone: string, seed: number): Rhythm {
  let day = { from: 0, to: 0, factor: 0, week: 0 };
  return (seconds, account) => {
    if (seconds < day.from || seconds >= day.to) day = dayAt(seconds, zone);
    const hour = Math.min(23, Math.floor((seconds - day.from) / 3600));
    return (((hours[hour] ?? 1) * day.factor) / mean) * weekOf(seed, account, day.week);
  };
}

function dayAt(seconds: number, zone: string) {
  const day = dayOf(seconds, zone);
  const number = Date.parse(day) / 86_400_000;
  // The epoch was a Thursday.
  const weekday = (number + 3) % 7;
  return {
    from: startOfDay(day, zone),
    to: startOfDay(addDays(day, 1), zone),
    factor: weekday >= 5 ? WEEKEND : 1,
    week: Math.floor((number + 3) / 7),
  };
}

/** Half of the weeks are quieter than usual; 1 on average, about. */
function weekOf(seed: number, account: string, week: number): number {
  return Math.min(BUSIEST_WEEK, new SeededRandom(seedOf(seed, 'week', account, week)).logNormal(0.92, 0.45));
}
