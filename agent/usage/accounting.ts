import type { UsageRecord } from '@keystone/shared/contracts/usage.ts';
import type { Scheduler } from '../schedulers/scheduler.ts';
import type { Spool } from '../spool/spool.ts';
import { Completeness } from './completeness.ts';
import { NONE_UNREADABLE, together, unreadableIn, type UnreadableRows } from './unreadable-rows.ts';

const DAY = 86_400;

/** How far back the scheduler's accounting is read each day, and at first unless a longer past is wanted: rows come late, and change. */
export const RESCAN_SECONDS = 30 * DAY;

/** Rows of the last two hours are read again each time. */
export const OVERLAP_SECONDS = 2 * 3_600;

/**
 * Rows may end later than this machine's clock says: where it is behind the scheduler's, runs that ended are in the
 * counter, and a limit that does not know of them lets as much be used again. With the overlap it is a day, so that
 * the present is one slice.
 */
const AHEAD_SECONDS = DAY - OVERLAP_SECONDS;

/** A moment so far in the future was told by a clock that was wrong. */
const WRONG_SECONDS = 60;

/** The spool can't be written to, so nothing more is read from the scheduler. */
export class SpoolUnwritable extends Error {
  override readonly name = 'SpoolUnwritable';
}

export interface AccountingDeps {
  scheduler: Pick<Scheduler, 'finishedRuns'>;
  spool: Spool;
  /** How far back the very first reading goes, in seconds. */
  firstReading: number;
  /** Unix seconds. */
  now: () => number;
  /** Milliseconds. */
  monotonic: () => number;
  /** What has to be on the medium before rows are. */
  ready: () => Promise<void>;
  /** Rows that are new in the spool. */
  onRows: (rows: readonly UsageRecord[]) => void;
  /** The rows that could not be understood in one pass over a span; none takes the ones before back. */
  onUnreadable: (pass: 'recent' | 'rescan', rows: UnreadableRows) => void;
}

interface Reading {
  from: number;
  to: number;
  /** Rows that are known are spooled once more. */
  again?: boolean;
  /** Whether no more is read than the first slice. */
  isOneSlice?: boolean;
}

/** Brings finished runs from the scheduler into the spool; the read position moves when they are safe there. */
export class Accounting {
  readonly #deps: AccountingDeps;
  #stuck = false;
  /** Where the wide rescan goes on, or null where none is under way. */
  #rescan: { from: number; unreadable: UnreadableRows; owedSince: number | null } | null = null;

  readonly #completeness: Completeness;

  constructor(deps: AccountingDeps) {
    this.#deps = deps;
    this.#completeness = new Completeness(deps, deps.spool.position.watermark);
  }

  /**
   * Reads on from the watermark, a day at most.
   *
   * @returns whether it reached the present
   */
  async readOn(): Promise<boolean> {
    try {
      const isThere = await this.#readOn();
      if (isThere) this.#completeness.readingReachedPresent();
      else this.#completeness.readingFellShort();
      return isThere;
    } catch (error) {
      this.#completeness.readingFellShort();
      throw error;
    }
  }

  async #readOn(): Promise<boolean> {
    const { spool, firstReading, now } = this.#deps;
    const at = now();
    this.#completeness.readingBegins();
    const { watermark } = spool.position;
    // The clock may have gone back since.
    const wanted = watermark === null ? at - firstReading : Math.min(watermark, at) - OVERLAP_SECONDS;
    // A machine that does not know the time yet may stand at the beginning of all time.
    const from = Math.max(0, wanted);
    const to = Math.min(from + DAY, at + AHEAD_SECONDS);
    const first = watermark === null;
    const unreadable = await this.#read({ from, to }, (through) =>
      spool.move((position) => ({
        ...position,
        // A reading that breaks off within the overlap takes nothing back.
        watermark: Math.min(Math.max(through, watermark ?? 0), at),
        ...(first && { rescanned: at }),
      })),
    );
    this.#deps.onUnreadable('recent', unreadable);
    return to >= at;
  }

  /**
   * Since when every reading reached the present and brought no row that had ended before (monotonic milliseconds), or null where
   * the last one did not reach it.
   */
  get unbrokenSince(): number | null {
    return this.#completeness.unbrokenSince;
  }

  /** Reads rows that ended lately, without moving the watermark. */
  async readLately(from: number): Promise<void> {
    await this.#read({ from, to: this.#deps.now() + AHEAD_SECONDS }, async () => undefined);
  }

  /**
   * Whether all rows up to about now are in the spool, save those of jobs that ended just now. After a time in which nothing was
   * read, also those that the scheduler kept meanwhile.
   */
  get isWhole(): boolean {
    return this.#completeness.isWhole;
  }

  /**
   * Whether a wide rescan is a day old, or the reading was broken off for so long that rows may have come late that end
   * before the overlap. The very first reading is as wide as a rescan.
   */
  rescanIsDue(): boolean {
    const { watermark, rescanned } = this.#deps.spool.position;
    if (watermark === null || this.#rescan) return false;
    if (this.#completeness.isBrokenOff) return true;
    const now = this.#deps.now();
    // One that ended in the future was by a clock that was wrong.
    if (rescanned === null || rescanned > now + WRONG_SECONDS) return true;
    return now - rescanned >= DAY || watermark < now - OVERLAP_SECONDS;
  }

  /** Whether a wide rescan is under way. */
  get isRescanning(): boolean {
    return this.#rescan !== null;
  }

  /** Begins the wide rescan, or begins it anew. */
  beginRescan(): void {
    const { now, spool } = this.#deps;
    this.#rescan = {
      from: Math.max(0, now() - RESCAN_SECONDS),
      unreadable: NONE_UNREADABLE,
      owedSince: spool.owedSince,
    };
  }

  /**
   * Reads one more slice of the rescan, a day at most: where the accounting is slow, other things are read in between.
   *
   * @returns whether more is left
   */
  async rescanOn(): Promise<boolean> {
    const { spool, now, onUnreadable } = this.#deps;
    if (this.#rescan && this.#isOwedAnew(this.#rescan)) this.beginRescan();
    const rescan = this.#rescan;
    if (!rescan) return false;
    // An agent that ends half-way begins it anew.
    if (spool.position.rescanned !== null)
      await this.#write(() => spool.move((position) => ({ ...position, rescanned: null })));
    const to = Math.min(rescan.from + DAY, now() + AHEAD_SECONDS);
    const span = { from: rescan.from, to, again: rescan.owedSince !== null, isOneSlice: true };
    const moveOn = async (through: number) => {
      rescan.from = through;
    };
    rescan.unreadable = together(rescan.unreadable, await this.#read(span, moveOn));
    if (this.#rescan !== rescan || rescan.from < now()) return true;
    this.#rescan = null;
    onUnreadable('rescan', rescan.unreadable);
    await this.#write(() =>
      spool.move((position) => {
        if (this.#isOwedAnew(rescan)) return { ...position, rescanned: null };
        const { again: _, ...rest } = position;
        return { ...rest, rescanned: now() };
      }),
    );
    return false;
  }

  /** Whether all rows are owed since a session that came after a rescan had begun: some of them may have been read before it. */
  #isOwedAnew(rescan: { owedSince: number | null }): boolean {
    const { owedSince } = this.#deps.spool;
    return owedSince !== null && owedSince !== rescan.owedSince;
  }

  /** @returns rows that could not be understood */
  async #read(
    { from, to, again = false, isOneSlice = false }: Reading,
    safe: (through: number) => Promise<void>,
  ): Promise<UnreadableRows> {
    const { scheduler, ready, onRows } = this.#deps;
    if (this.#stuck) await this.#write((spool) => spool.probe());
    await this.#write(ready);
    let unreadable = NONE_UNREADABLE;
    for await (const slice of scheduler.finishedRuns(from, to)) {
      const rows = await this.#write((spool) => spool.accept(slice.runs, again));
      if (rows.length > 0) onRows(rows);
      if (!again) this.#completeness.rowsCame(rows);
      unreadable = together(unreadable, unreadableIn(slice.unreadable));
      if (slice.to === slice.from) continue;
      await this.#write(() => safe(slice.to));
      if (isOneSlice) break;
    }
    return unreadable;
  }

  async #write<T>(work: (spool: Spool) => Promise<T>): Promise<T> {
    try {
      const done = await work(this.#deps.spool);
      this.#stuck = false;
      return done;
    } catch (error) {
      this.#stuck = true;
      throw new SpoolUnwritable('the spool on disk could not be written', { cause: error });
    }
  }
}
