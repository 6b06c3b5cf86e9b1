import type { UsageRecord } from '@keystone/shared/contracts/usage.ts';
import type { JobQueue } from '../schedulers/scheduler.ts';

/** How long the row of a job that vanished is waited for in quick steps; then the read of every minute finds it. */
const QUICK_MS = 10_000;

/** A row that has not come by then never may (the job was cancelled before it was eligible). */
const GIVE_UP_MS = 120_000;

/** Jobs that ended stay in the queue's answer for about so long: the first look finds those of the time before it. */
const SHOWN_SECONDS = 300;

/** A row's end may lie so much before the moment at which the job was last seen, by clocks that differ. */
export const SKEW_SECONDS = 60;

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
  #queue: JobQueue | undefined;
  #seenAt = 0;
  readonly #awaited = new Map<number, AwaitedRow>();

  /**
   * Compares the queue with that of the look before: jobs that left it, and jobs that came and ended in between.
   *
   * @param lastEnd the latest end of a job's runs that are spooled
   * @returns whether rows have to be looked for
   */
  look(
    queue: JobQueue,
    at: { monotonic: number; seconds: number },
    lastEnd: (jobIdRaw: number) => number | undefined,
  ): boolean {
    const first = this.#queue === undefined;
    const seenAt = first ? at.seconds - SHOWN_SECONDS : this.#seenAt;
    const missed = endedSince(this.#queue, queue).filter(({ id }) => {
      const end = lastEnd(id);
      return end === undefined || (!first && end < seenAt - SKEW_SECONDS);
    });
    for (const { id, account, started } of missed)
      this.#awaited.set(id, { account, started, since: at.monotonic, seenAt });
    this.#queue = queue;
    this.#seenAt = at.seconds;
    return missed.length > 0;
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

  /**
   * The accounting was read up to now: what is awaited for long and has no row will not get one. The time in which the
   * accounting was away does not count: rows pile up in the scheduler then, and come after it is back.
   *
   * @param unbroken monotonic milliseconds from which on every reading succeeded
   */
  allRowsRead(monotonic: number, unbroken: number): void {
    for (const [id, { since }] of this.#awaited)
      if (monotonic - Math.max(since, unbroken) >= GIVE_UP_MS) this.#awaited.delete(id);
  }

  /** Accounts with a run that ended and is in the scheduler's counter, but not in the spool. */
  unsettled(): Set<string> {
    return new Set(
      [...this.#awaited.values()].filter(({ started }) => started).map(({ account }) => account),
    );
  }
}

/** Jobs that ended between two looks. Of the time before the first one only what the queue shows still is known. */
function endedSince(
  before: JobQueue | undefined,
  now: JobQueue,
): { id: number; account: string; started: boolean }[] {
  const left = [...(before?.unfinished ?? [])].filter(([id, job]) => {
    const still = now.unfinished.get(id);
    // One that was seen to end before was missed then. Requeued: the run that ended has a row of its own.
    return still ? job.started && !still.started : !now.ended.has(id) && !before?.ended.has(id);
  });
  const shown = [...now.ended].filter(([id]) => !before?.ended.has(id));
  return [
    ...left.map(([id, { account, started }]) => ({ id, account, started })),
    // Where it was not seen before it may have started; to wait for a row that carries nothing does no harm.
    ...shown.map(([id, { account }]) => ({
      id,
      account,
      started: before?.unfinished.get(id)?.started ?? true,
    })),
  ];
}
