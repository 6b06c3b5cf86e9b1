import { addDays, type Day } from './calendar.ts';

/** Days as runs of first and last, in order and apart from each other: a year of days is mostly one of them. */
export type DaySpans = [first: Day, last: Day][];

/** Adds a day. Changes `spans`. */
export function addDay(spans: DaySpans, day: Day): void {
  let at = spans.findIndex(([, last]) => addDays(last, 1) >= day);
  if (at === -1) at = spans.length;
  const span = spans[at];
  if (!span || addDays(day, 1) < span[0]) {
    spans.splice(at, 0, [day, day]);
    return;
  }
  if (day < span[0]) span[0] = day;
  if (day > span[1]) span[1] = day;
  const next = spans[at + 1];
  if (next && addDays(span[1], 1) >= next[0]) {
    span[1] = next[1];
    spans.splice(at + 1, 1);
  }
}

/** The days of spans from a day on, in order; all unless `from` says otherwise. */
export function* daysIn(spans: DaySpans, from: Day = ''): Generator<Day> {
  for (const [first, last] of spans)
    for (let day = first < from ? from : first; day <= last; day = addDays(day, 1)) yield day;
}
