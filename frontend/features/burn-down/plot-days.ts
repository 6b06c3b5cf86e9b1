import { addDays, type Day } from '@keystone/shared/domain/calendar.ts';
import { SECONDS_PER_SERVICE_UNIT } from '@keystone/shared/domain/units.ts';
import type { DayOfBalance } from './burn-down.ts';
import type { Forecast } from './forecast.ts';

/** A burn-down as it is drawn: one column a day, in service units; null where a line has no point. */
export interface PlotDays {
  days: Day[];
  awarded: number[];
  remaining: (number | null)[];
  forecast: (number | null)[];
}

const unitsOf = (seconds: number) => seconds / SECONDS_PER_SERVICE_UNIT;
const unitsOrNull = (seconds: number | null) => (seconds === null ? null : unitsOf(seconds));

/** Past and forecast as one picture. They share the last day of the past, so that the lines meet. */
export function plotDaysOf(history: readonly DayOfBalance[], { days }: Pick<Forecast, 'days'>): PlotDays {
  const all = [...history, ...days];
  const today = history.length - 1;
  const known = days.some(({ remaining }) => remaining !== null);
  return {
    days: all.map(({ day }) => day),
    awarded: all.map(({ awarded }) => unitsOf(awarded)),
    remaining: all.map(({ remaining }, index) => (index > today ? null : unitsOrNull(remaining))),
    forecast: all.map(({ remaining }, index) => (index < today || !known ? null : unitsOrNull(remaining))),
  };
}

const STEPS_OF_DAYS = [1, 2, 7, 14] as const;
const STEPS_OF_MONTHS = [1, 2, 3, 6, 12] as const;

/** Days to write on the axis, `most` at most: every so many days, or the first of every so many months. */
export function tickDays(from: Day, to: Day, most: number): Day[] {
  for (const step of STEPS_OF_DAYS) {
    const ticks = ticksBy(from, to, most, (day) => addDays(day, step));
    if (ticks) return ticks;
  }
  for (const step of STEPS_OF_MONTHS) {
    const ticks = ticksBy(firstOfStep(from, step), to, most, (day) => addMonths(day, step));
    if (ticks) return ticks;
  }
  return [from];
}

/** Undefined as soon as they are too many: a chart asks for them each time that it is drawn. */
function ticksBy(first: Day, to: Day, most: number, next: (day: Day) => Day): Day[] | undefined {
  const ticks: Day[] = [];
  for (let day = first; day <= to; day = next(day)) {
    if (ticks.length === most) return undefined;
    ticks.push(day);
  }
  return ticks;
}

function addMonths(day: Day, count: number): Day {
  const [year = 0, month = 1] = day.split('-').map(Number);
  return new Date(Date.UTC(year, month - 1 + count, 1)).toISOString().slice(0, 10);
}

/** The first month from a day on that a step counts to from January. */
function firstOfStep(from: Day, step: number): Day {
  let day = from.endsWith('-01') ? from : addMonths(from, 1);
  while ((Number(day.slice(5, 7)) - 1) % step !== 0) day = addMonths(day, 1);
  return day;
}

const dayAndMonth = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
const month = new Intl.DateTimeFormat('en-GB', { month: 'short', timeZone: 'UTC' });

/** What is written below a tick: the day, or of first days the month, and in January the year below it. */
export function tickLabels(ticks: readonly Day[]): string[] {
  const months = ticks.length > 1 && ticks.every((day) => day.endsWith('-01'));
  return ticks.map((day) => {
    const date = new Date(`${day}T00:00:00Z`);
    if (!months) return dayAndMonth.format(date);
    return day.slice(5, 7) === '01' ? `${month.format(date)}\n${day.slice(0, 4)}` : month.format(date);
  });
}
