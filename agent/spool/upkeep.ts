import type { SegmentMark } from '@keystone/shared/contracts/policy.ts';
import { writeCheckpoint } from './checkpoint.ts';
import type { Journal } from './journal.ts';
import { REMEMBERED_SECONDS } from './known-runs.ts';
import type { OpenedSpool } from './opened-spool.ts';
import type { SpoolOptions } from './spool-options.ts';

/** How long a segment is kept after the ledger had it, for the day on which the ledger is restored from a backup. */
export const KEPT_AFTER_STORED_SECONDS = 7 * 86_400;

/** So many runs are kept in memory at most before they are written to the files of known runs. */
const PENDING_RUNS = 32_768;

type UpkeepOptions = Pick<SpoolOptions, 'disk' | 'epoch' | 'now' | 'pendingRuns' | 'keptSeconds'>;

/** Moves what has to outlive the journal's files into others, and removes what has no use any more. One call at a time. */
export class Upkeep {
  readonly #options: UpkeepOptions;
  readonly #journal: Journal;
  readonly #memory: OpenedSpool;

  constructor(options: UpkeepOptions, journal: Journal, memory: OpenedSpool) {
    this.#options = options;
    this.#journal = journal;
    this.#memory = memory;
  }

  /** Writes the runs that are in memory to their files, where they are too many. */
  async relieveMemory(): Promise<void> {
    if (this.#memory.known.pending >= (this.#options.pendingRuns ?? PENDING_RUNS)) await this.#checkpoint();
  }

  /** @returns how many files went */
  async tidy(marks: ReadonlyMap<string, SegmentMark>): Promise<number> {
    const { index, known, ownRuns, position } = this.#memory;
    const { now: clock, keptSeconds = KEPT_AFTER_STORED_SECONDS } = this.#options;
    const now = clock();
    index.noneStoredAfter(now);
    const files = this.#journal.files.slice(0, -1).map(({ file }) => file);
    const last = index.lastFileStoredBefore(now - keptSeconds, files);
    // A first reading of years goes on for long: its last rows are read again in its next step.
    const oldest = Math.min(now, position.watermark ?? 0) - REMEMBERED_SECONDS;
    if (!known.files.forgetEndedBefore(oldest) && last === 0) return 0;
    const removedThrough = Math.max(index.highestIn(last), index.removedThrough);
    ownRuns.forgetCovered(removedThrough, marks, this.#options.epoch);
    await this.#checkpoint(removedThrough);
    index.forgetFiles(last, removedThrough);
    await this.#journal.dropThrough(last);
    await known.files.sweep();
    return files.filter((file) => file <= last).length;
  }

  /** Writes what is known of runs to its files, and then how far they go. */
  async #checkpoint(removedThrough = this.#memory.index.removedThrough): Promise<void> {
    const { index, known, ownRuns, position, session } = this.#memory;
    await known.write();
    await writeCheckpoint(this.#options.disk, {
      v: 2,
      removedThrough,
      session,
      nextSegment: index.last + 1,
      given: [...index.given],
      position,
      sums: [...ownRuns.upTo(removedThrough)],
      forgotten: [...ownRuns.forgotten()],
      runs: { through: index.last, files: known.files.list(), voided: [...known.files.voided] },
      revisions: index.revisions,
    });
    known.settle();
  }
}
