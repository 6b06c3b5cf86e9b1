import { dayOf, type Day } from '@keystone/shared/domain/calendar.ts';

const HOUR = 3_600;

/** Hours that are remembered, of a zone: a year and more. */
const MOST_HOURS = 10_000;

/**
 * The calendar day of a moment, as `dayOf` tells it. Hours that lie in one day whole are remembered: rows come by the
 * thousands from the same few.
 */
export class HourDays {
  readonly #zone: string;
  readonly #hours = new Map<number, Day | null>();

  constructor(zone: string) {
    this.#zone = zone;
  }

  of(seconds: number): Day {
    const hour = Math.floor(seconds / HOUR);
    let day = this.#hours.get(hour);
    if (day === undefined) {
      day = this.#wholeHour(hour);
      if (this.#hours.size >= MOST_HOURS) this.#hours.clear();
      this.#hours.set(hour, day);
    }
    return day ?? dayOf(seconds, this.#zone);
  }

  /** The day of an hour, or null where midnight falls into it. */
  #wholeHour(hour: number): Day | null {
    const day = dayOf(hour * HOUR, this.#zone);
    return dayOf(hour * HOUR + HOUR - 1, this.#zone) === day ? day : null;
  }
}
