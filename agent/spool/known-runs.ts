import type { UsageRecord } from '@keystone/shared/contracts/usage.ts';
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

/** Rows older than this are asked for no more (the widest rescan is 30 days), so they may be forgotten. */
export const REMEMBERED_SECONDS = 35 * 86_400;

/** Runs that were spooled before, by raw job id and submit time. */
export class KnownRuns {
  #runs = new RunTable();

  find({ jobIdRaw, submit }: Pick<UsageRecord, 'jobIdRaw' | 'submit'>): KnownRun | undefined {
    return this.#runs.find(jobIdRaw, submit);
  }

  /** Whether the run was spooled before, with another row. */
  isChanged(run: KnownRun): boolean {
    const before = this.find(run);
    return before !== undefined && before.digest !== run.digest;
  }

  remember(run: KnownRun): void {
    this.#runs.put(run);
  }

  /** The latest end among the runs of a job, or undefined where none is known. */
  lastEnd(jobIdRaw: number): number | undefined {
    const ends = [...this.#runs.ofJob(jobIdRaw)].map(({ end }) => end);
    return ends.length === 0 ? undefined : Math.max(...ends);
  }

  forgetEndedBefore(end: number): void {
    const kept = new RunTable();
    for (const run of this.#runs.values()) if (run.end >= end) kept.put(run);
    this.#runs = kept;
  }

  values(): Iterable<KnownRun> {
    return this.#runs.values();
  }
}

export function keyOf(run: Pick<UsageRecord, 'jobIdRaw' | 'submit'>): string {
  return `${run.jobIdRaw}:${run.submit}`;
}
