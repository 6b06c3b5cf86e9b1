import type { AccountingRow } from './core/simulation-state.ts';

const DAY = 86_400;

/** Rows of the accounting by the day of their end. Of the rows of one run, the last that is visible counts. */
export class RowStore {
  readonly #days = new Map<number, AccountingRow[]>();
  /** Rows of runs that have more than one, by run. */
  readonly #latest = new Map<string, AccountingRow>();
  readonly #changed = new Map<string, AccountingRow[]>();

  add(rows: readonly AccountingRow[]): void {
    for (const row of rows) {
      const key = keyOf(row);
      const before = this.#latest.get(key);
      if (before) this.#changed.set(key, [...(this.#changed.get(key) ?? [before]), row]);
      this.#latest.set(key, row);
      const day = Math.floor(row.run.end / DAY);
      const others = this.#days.get(day);
      if (others) others.push(row);
      else this.#days.set(day, [row]);
    }
  }

  /** Runs that ended in [from, to], as they are told at `now`, in order of their ends. */
  between(from: number, to: number, now: number): AccountingRow['run'][] {
    const found: AccountingRow['run'][] = [];
    for (let day = Math.floor(from / DAY); day <= Math.floor(to / DAY); day += 1)
      for (const row of this.#days.get(day) ?? [])
        if (row.run.end >= from && row.run.end <= to && this.#isTold(row, now)) found.push(row.run);
    return found.sort((a, b) => a.end - b.end || a.jobIdRaw - b.jobIdRaw || a.submit - b.submit);
  }

  #isTold(row: AccountingRow, now: number): boolean {
    if (row.visibleAt > now) return false;
    const all = this.#changed.get(keyOf(row));
    return all === undefined || all.findLast(({ visibleAt }) => visibleAt <= now) === row;
  }
}

const keyOf = ({ run }: AccountingRow): string => `${run.jobIdRaw} ${run.submit}`;
