/** What a row of sacct says of its run's time: Unix seconds, and seconds. */
export interface RowTimes {
  readonly submit: number;
  readonly start: number | null;
  readonly end: number;
  readonly elapsed: number;
  readonly suspended: number;
}

/**
 * How long a run ran and was suspended. Of a job that is resized while it is suspended Slurm gives a moment where the seconds
 * of suspension belong, and an elapsed time of 0 with it (measured on 22.05, docs/slurm.md):
 *
 * - a row that ends suspended has the moment at which it was suspended, less what it had been suspended before;
 * - a row that begins suspended has the moment at which it went on, and later suspensions on top.
 *
 * @param resized the row ended by a resize
 * @returns the seconds as of any other row, counted from the start; `unknown` where the row could be of either kind
 */
export function timesOfRow(
  row: RowTimes,
  resized: boolean,
): Pick<RowTimes, 'elapsed' | 'suspended'> | 'unknown' {
  const { submit, start, end, elapsed, suspended } = row;
  // No run was suspended for longer than the time since 1970.
  if (start === null || start === 0 || suspended < start) return { elapsed, suspended };
  const goesOn = submit > start;
  if (goesOn && resized) return 'unknown';
  const ran = goesOn ? submit - start + (end - suspended) : suspended - start;
  const whole = Math.max(0, end - start);
  const told = Math.min(whole, Math.max(0, ran));
  return { elapsed: told, suspended: whole - told };
}
