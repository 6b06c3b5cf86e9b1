import type { UsageRecord } from '@keystone/shared/contracts/usage.ts';
import type { RunFiles } from './run-files.ts';
import { RunTable } from './run-table.ts';

/** What is remembered of a run that was spooled: enough to see that its row changed, and by how much. */
export interface KnownRun {
  jobIdRaw: number;
  submit: number;
  /** Digest of the whole row. */
  digest: string;
  /** What it was billed, in billing-seconds. */
  billed: number;
  end: number;
}

/** With the segment in which it was spooled; 0 where that is gone for long. */
export interface SpooledRun extends KnownRun {
  segment: number;
}

export type RunKey = Pick<UsageRecord, 'jobIdRaw' | 'submit'>;

/** Rows older than this are asked for no more (the widest rescan is 30 days), so they may be forgotten. */
export const REMEMBERED_SECONDS = 35 * 86_400;

/** Runs that ended in this time are kept at hand: those of the last two hours are read again each minute. */
const RECENT_SECONDS = 3 * 3_600;

/** More are not kept at hand, whatever the clock says. */
const MOST_RECENT = 100_000;

/** Runs that were spooled before, by raw job id and submit time. Most lie in files; few are in memory. */
export class KnownRuns {
  readonly files: RunFiles;
  readonly #now: () => number;
  /** Not in the files yet, or not for certain. */
  #pending = new RunTable();
  /** In the files, and asked for often. */
  #recent = new RunTable();
  /** In the files, and asked for just now. */
  #recalled = new RunTable();

  /** @param now Unix seconds */
  constructor(files: RunFiles, now: () => number) {
    this.files = files;
    this.#now = now;
  }

  /** How many are not in the files yet. */
  get pending(): number {
    return this.#pending.size;
  }

  /** Brings what is known of runs from the files, for `find`, until the next time. */
  async recall(keys: readonly RunKey[]): Promise<void> {
    this.#recalled = await this.files.find(keys.filter((key) => !this.#isAtHand(key)));
    const since = this.#recentSince();
    for (const run of this.#recalled.values())
      if (run.end >= since && !this.#isAtHand(run)) this.#recent.put(run);
  }

  /** A run that was recalled before, or is in memory anyway. */
  find({ jobIdRaw, submit }: RunKey): KnownRun | undefined {
    const [pending, recent, recalled] = [this.#pending, this.#recent, this.#recalled];
    return pending.find(jobIdRaw, submit) ?? recent.find(jobIdRaw, submit) ?? recalled.find(jobIdRaw, submit);
  }

  remember(run: SpooledRun): void {
    this.#pending.put(run);
  }

  /** The latest end among the runs of a job that ended lately, or undefined where none is known. */
  lastEnd(jobIdRaw: number): number | undefined {
    const pending = [...this.#pending.ofJob(jobIdRaw)];
    const recent = [...this.#recent.ofJob(jobIdRaw)].filter((run) => !this.#isPending(run));
    const ends = [...pending, ...recent].map(({ end }) => end);
    return ends.length === 0 ? undefined : Math.max(...ends);
  }

  /** Writes to the files what is in memory alone. It stays pending until `settle`. */
  async write(): Promise<void> {
    await this.files.append(this.#pending.values());
  }

  /** A checkpoint counts all that was written. */
  settle(): void {
    const since = this.#recentSince();
    const recent = new RunTable();
    const keep = (run: SpooledRun): void => {
      if (run.end >= since && recent.size < MOST_RECENT) recent.put(run);
    };
    for (const run of this.#pending.values()) keep(run);
    for (const run of this.#recent.values()) if (!this.#isPending(run)) keep(run);
    this.#recent = recent;
    this.#pending = new RunTable();
    this.#recalled = new RunTable();
  }

  /** Takes at hand what ended lately: after a start jobs of the queue are looked for at once. */
  async readRecent(): Promise<void> {
    this.#recent = await this.files.endedSince(this.#recentSince(), MOST_RECENT);
  }

  #isAtHand(key: RunKey): boolean {
    return this.#isPending(key) || this.#recent.has(key.jobIdRaw, key.submit);
  }

  #isPending({ jobIdRaw, submit }: RunKey): boolean {
    return this.#pending.has(jobIdRaw, submit);
  }

  #recentSince(): number {
    return this.#now() - RECENT_SECONDS;
  }
}

export function keyOf(run: RunKey): string {
  return `${run.jobIdRaw}:${run.submit}`;
}
