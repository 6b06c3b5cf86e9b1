import { usageRecordSchema, type UsageRecord } from '@keystone/shared/contracts/usage.ts';
import { billableSeconds } from '@keystone/shared/domain/billing.ts';

/** Every segment that was ever seen, on disk or sent. What was once written never changes. */
export class SeenSegments {
  readonly rows = new Map<number, readonly UsageRecord[]>();
  /** Segments that were on disk at the last look, and are to be sent under other numbers. */
  unnumbered: ReadonlyMap<number, readonly UsageRecord[]> = new Map();
  /** A row that was spooled more than once, if any was. */
  repeated: string | undefined;
  readonly #texts = new Map<number, string>();
  readonly #served: ReadonlySet<string>;
  readonly #spooled = new Set<string>();
  readonly #onWrong: (what: string) => void;

  /** @param served JSON of every row that a scheduler told */
  constructor(served: ReadonlySet<string>, onWrong: (what: string) => void) {
    this.#served = served;
    this.#onWrong = onWrong;
  }

  /** All, also those without a number for good. */
  get all(): ReadonlyMap<number, readonly UsageRecord[]> {
    return new Map([...this.rows, ...this.unnumbered]);
  }

  get rowCount(): number {
    return [...this.all.values()].reduce((sum, { length }) => sum + length, 0);
  }

  /** Takes what is on disk without a number for good. */
  noteUnnumbered(segments: ReadonlyMap<number, readonly unknown[]>): void {
    const rows = [...segments].map(
      ([segment, records]) => [segment, usageRecordSchema.array().parse(records)] as const,
    );
    this.unnumbered = new Map(rows);
    const texts = rows.flatMap(([, records]) => records.map((record) => JSON.stringify(record)));
    for (const row of texts)
      if (!this.#served.has(row)) this.#onWrong(`a row without a number was not told: ${row}`);
    this.repeated ??=
      texts.find((row) => this.#spooled.has(row)) ?? texts.find((row, at) => texts.indexOf(row) !== at);
  }

  note(segment: number, records: readonly unknown[]): void {
    const text = JSON.stringify(records);
    const known = this.#texts.get(segment);
    if (known === text) return;
    if (known !== undefined) return this.#onWrong(`segment ${segment} is not what it was`);
    const rows = usageRecordSchema.array().parse(records);
    this.#texts.set(segment, text);
    this.rows.set(segment, rows);
    for (const row of rows.map((record) => JSON.stringify(record))) {
      if (!this.#served.has(row))
        this.#onWrong(`segment ${segment} has a row that no scheduler told: ${row}`);
      if (this.#spooled.has(row)) this.repeated = row;
      this.#spooled.add(row);
    }
  }
}

/** Each run as the last of the segments up to one has it. */
export function latestRuns(rows: SeenSegments['all'], upTo = Infinity): UsageRecord[] {
  const runs = new Map<string, UsageRecord>();
  for (const [segment, records] of [...rows].sort(([a], [b]) => a - b))
    if (segment <= upTo)
      for (const record of records) runs.set(`${record.jobIdRaw}:${record.submit}`, record);
  return [...runs.values()];
}

export function sumOf(runs: readonly UsageRecord[], account: string): number {
  return runs.reduce((sum, run) => sum + (run.account === account ? billableSeconds(run) : 0), 0);
}
