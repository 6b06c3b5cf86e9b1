import type { UsageRecord } from '@keystone/shared/contracts/usage.ts';

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

/** Rows older than this are asked for no more (the widest rescan is 30 days), so they may be forgotten. */
export const REMEMBERED_SECONDS = 35 * 86_400;

/** Runs that were spooled before, by raw job id and submit time. */
export class KnownRuns {
  readonly #runs = new Map<string, KnownRun>();
  readonly #lastEnd = new Map<number, number>();

  find(run: Pick<UsageRecord, 'jobIdRaw' | 'submit'>): KnownRun | undefined {
    return this.#runs.get(keyOf(run));
  }

  /** Whether the run was spooled before, with another row. */
  isChanged(run: KnownRun): boolean {
    const before = this.find(run);
    return before !== undefined && before.digest !== run.digest;
  }

  remember(run: KnownRun): void {
    this.#runs.set(keyOf(run), run);
    this.#lastEnd.set(run.jobIdRaw, Math.max(run.end, this.#lastEnd.get(run.jobIdRaw) ?? 0));
  }

  /** The latest end among the runs of a job, or undefined where none is known. */
  lastEnd(jobIdRaw: number): number | undefined {
    return this.#lastEnd.get(jobIdRaw);
  }

  forgetEndedBefore(end: number): void {
    for (const [key, run] of this.#runs) if (run.end < end) this.#runs.delete(key);
    for (const [id, last] of this.#lastEnd) if (last < end) this.#lastEnd.delete(id);
  }

  values(): Iterable<KnownRun> {
    return this.#runs.values();
  }
}

export function keyOf(run: Pick<UsageRecord, 'jobIdRaw' | 'submit'>): string {
  return `${run.jobIdRaw}:${run.submit}`;
}
