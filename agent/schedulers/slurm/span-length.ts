/** sacct and slurmdbd hold a whole answer in memory before the first line is printed. */
const LONGEST_SECONDS = 86_400;
const ROWS_AT_ONCE = 50_000;

/** A span of this length that sacct does not tell in time is not slow for its length. */
const SHORTEST_SECONDS = 300;

/** Each step too far costs the time that a command may take, so they are small. */
const GROWTH = 1.1;

/**
 * How much of the accounting is asked for at once. It outlasts one reading: the next one does not begin with what took
 * too long in this one.
 */
export class SpanLength {
  #seconds = LONGEST_SECONDS;

  get seconds(): number {
    return this.#seconds;
  }

  /**
   * @param past how much of the span is over: of what is to come, and of less than was asked for before, nothing is learnt
   * @returns how long the next span may be after one that was read whole; after an empty one twice as long, this time
   */
  wasRead(span: number, rows: number, past = span): number {
    if (past >= this.#seconds) this.#seconds = Math.min(LONGEST_SECONDS, Math.ceil(this.#seconds * GROWTH));
    if (rows === 0) return Math.min(LONGEST_SECONDS, Math.max(this.#seconds, span * 2));
    return Math.ceil(Math.min(this.#seconds, (span * ROWS_AT_ONCE) / rows));
  }

  /** @returns how much of a span to ask for after all of it took too long, or undefined where less is not asked for */
  tookTooLong(span: number): number | undefined {
    if (span <= SHORTEST_SECONDS) return undefined;
    const half = Math.max(SHORTEST_SECONDS, Math.floor(span / 2));
    this.#seconds = Math.min(this.#seconds, half);
    return half;
  }
}
