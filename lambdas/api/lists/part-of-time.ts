/** Parts of a time that a filter compares. Weeks are ISO 8601's; days of the week count from Sunday, 1. */
const parts = {
  year: (time: Date) => time.getUTCFullYear(),
  month: (time: Date) => time.getUTCMonth() + 1,
  day: (time: Date) => time.getUTCDate(),
  hour: (time: Date) => time.getUTCHours(),
  minute: (time: Date) => time.getUTCMinutes(),
  second: (time: Date) => time.getUTCSeconds(),
  week: isoWeek,
  week_day: (time: Date) => time.getUTCDay() + 1,
} as const satisfies Record<string, (time: Date) => number>;
export type PartOfTime = keyof typeof parts;

export const isPartOfTime = (name: string): name is PartOfTime => Object.hasOwn(parts, name);

/** The part of a day or time in UTC. */
export const partOfTime = (part: PartOfTime, iso: string): number => parts[part](new Date(iso));

const DAY_MS = 86_400_000;

function isoWeek(time: Date): number {
  const day = new Date(Date.UTC(time.getUTCFullYear(), time.getUTCMonth(), time.getUTCDate()));
  // The week belongs to the year of its Thursday.
  day.setUTCDate(day.getUTCDate() + 4 - (day.getUTCDay() || 7));
  const first = Date.UTC(day.getUTCFullYear(), 0, 1);
  return Math.ceil(((day.getTime() - first) / DAY_MS + 1) / 7);
}
