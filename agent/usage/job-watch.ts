import type { UsageRecord } from '@keystone/shared/contracts/usage.ts';
import type { UnfinishedJob } from '../schedulers/scheduler.ts';

/** How long the row of a job that vanished is waited for in quick steps; then the read of every minute finds it. */
const QUICK_MS = 10_000;

/** A row that has not come by then never may (the job was cancelled before it was eligible). */
const GIVE_UP_MS = 120_000;

/** A row's end may lie so much before the moment at which the job was last seen, by clocks that differ. */
const SKEW_SECONDS = 60;

interface AwaitedRow {
  account: string;
  /** Whether the job had started: only then its row carries usage. */
  started: boolean;
  /** Monotonic milliseconds at which it was missed. */
  since: number;
  /** Unix seconds at which it was last seen. */
  seenAt: number;
}

/** Knows which jobs ended lately and have no row in the spool yet. */
export class JobWatch {
  #jobs: ReadonlyMap<number, UnfinishedJob> | undefined;
  #seenAt = 0;
  readonly #awaited = new Map<number, AwaitedRow>();

  /**
   * Compares the jobs that have not ended with those of the look before.
   *
   * @param lastEnd the latest end of a job's runs that are spooled
   * @returns whether rows have to be looked for
   */
  look(
    jobs: ReadonlyMap<number, UnfinishedJob>,
    at: { monotonic: number; seconds: number },
    lastEnd: (jobIdRaw: number) => number | undefined,
  ): boolean {
    let missed = false;
    for (const [id, job] of this.#jobs ?? []) {
      const now = jobs.get(id);
      // Requeued: the run that ended has a row of its own.
      const ended = !now || (job.started && !now.started);
      if (!ended || (lastEnd(id) ?? 0) >= this.#seenAt - SKEW_SECONDS) continue;
      missed = true;
      this.#awaited.set(id, {
        account: job.account,
        started: job.started,
        since: at.monotonic,
        seenAt: this.#seenAt,
      });
    }
    this.#jobs = jobs;
    this.#seenAt = at.seconds;
    return missed;
  }

  /** Takes rows that are new in the spool. */
  rowsCame(rows: readonly UsageRecord[]): void {
    for (const { jobIdRaw } of rows) this.#awaited.delete(jobIdRaw);
  }

  /**
   * The moment (Unix seconds) from which on ended runs are looked for quickly, or undefined where none is awaited or all
   * were waited for long enough.
   */
  quickFrom(monotonic: number): number | undefined {
    const quick = [...this.#awaited.values()].filter(({ since }) => monotonic - since < QUICK_MS);
    return quick.length === 0 ? undefined : Math.min(...quick.map(({ seenAt }) => seenAt)) - SKEW_SECONDS;
  }

  /** The accounting was read up to now: what is awaited for long and has no row will not get one. */
  allRowsRead(monotonic: number): void {
    for (const [id, { since }] of this.#awaited)
      if (monotonic - since >= GIVE_UP_MS) this.#awaited.delete(id);
  }

  /** Accounts with a run that ended and is in the scheduler's counter, but not in the spool. */
  unsettled(): Set<string> {
    return new Set(
      [...this.#awaited.values()].filter(({ started }) => started).map(({ account }) => account),
    );
  }
}
