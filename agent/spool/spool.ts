import type { SegmentMark } from '@keystone/shared/contracts/policy.ts';
import type { UsageMessage, UsageRecord } from '@keystone/shared/contracts/usage.ts';
import type { DayUsage } from '@keystone/shared/domain/grants.ts';
import type { Disk } from '../state/disk.ts';
import {
  decodeCheckpoint,
  decodeEntry,
  encodeJson,
  type Checkpoint,
  type ReadPosition,
  type SegmentEntry,
} from './entries.ts';
import { Journal, type Repair } from './journal.ts';
import { REMEMBERED_SECONDS } from './known-runs.ts';
import { OpenedSpool } from './opened-spool.ts';
import { intoSegments, newRuns, sumsOf, type NewRun } from './segments.ts';

const CHECKPOINT = 'spool/checkpoint.gz';

/** How long a segment is kept after the ledger had it, for the day on which the ledger is restored from a backup. */
export const KEPT_AFTER_STORED_SECONDS = 7 * 86_400;

export interface SpoolOptions {
  disk: Disk;
  /** Of the deployment: runs are drawn by calendar day. */
  zone: string;
  /** Of this enrolment. */
  epoch: number;
  /** Unix seconds. */
  now: () => number;
  journalFileBytes?: number;
}

/**
 * The agent's durable memory of finished runs: what was read from the scheduler, how far, what of it the ledger has, and
 * what each account used since a mark. Everything is in one journal, so a crash can only lose whole entries from its
 * end, and what is lost is read from the scheduler again.
 */
export class Spool {
  readonly #options: SpoolOptions;
  readonly #journal: Journal;
  readonly #memory: OpenedSpool;
  /** Accepting is read, then write: one at a time. */
  #accepting: Promise<unknown> = Promise.resolve();

  private constructor(options: SpoolOptions, journal: Journal, memory: OpenedSpool) {
    this.#options = options;
    this.#journal = journal;
    this.#memory = memory;
  }

  /** @throws where a whole entry can't be understood: it is another version's, and is left alone */
  static async open(options: SpoolOptions): Promise<{ spool: Spool; repairs: Repair[] }> {
    const saved = await options.disk.read(CHECKPOINT);
    const checkpoint = saved ? decodeCheckpoint(saved) : undefined;
    const opened = new OpenedSpool(checkpoint);
    const { journal, repairs } = await Journal.open(
      options.disk,
      (payload, place) => opened.replay(decodeEntry(payload), place),
      options.journalFileBytes,
    );
    return { spool: new Spool(options, journal, opened), repairs };
  }

  /** How far the scheduler's accounting was read. */
  get position(): ReadPosition {
    return this.#memory.position;
  }

  /** Every segment up to here is stored in the ledger. */
  get storedThrough(): number {
    return this.#memory.index.storedThrough;
  }

  /** Segments that the ledger has not named yet, oldest first. */
  get waiting(): ReadonlySet<number> {
    return this.#memory.index.waiting;
  }

  /** Whether a segment holds rows that replace earlier ones. */
  isRevision(segment: number): boolean {
    return this.#memory.index.isRevision(segment);
  }

  /** Bytes on disk. */
  get bytes(): number {
    return this.#journal.bytes;
  }

  /** The latest end among the spooled runs of a job, or undefined where none is known. */
  lastEnd(jobIdRaw: number): number | undefined {
    return this.#memory.known.lastEnd(jobIdRaw);
  }

  /**
   * Takes rows of the scheduler's accounting. When it returns, those that are new or changed are on the medium.
   *
   * @returns the rows that were new or changed
   * @throws what the disk threw; then none of them was taken
   */
  accept(rows: readonly UsageRecord[]): Promise<UsageRecord[]> {
    const work = async (): Promise<UsageRecord[]> => {
      const runs = newRuns(rows, this.#memory.known);
      if (runs.length === 0) return [];
      const entries = intoSegments(runs, this.#options.zone).map((segment, at) => this.#entryOf(segment, at));
      const places = await this.#journal.append(entries.map(encodeJson), true);
      entries.forEach((entry, at) => {
        const place = places[at];
        if (place) this.#memory.addSegment(entry, place);
      });
      return runs.map(({ record }) => record);
    };
    const turn = this.#accepting.then(work, work);
    this.#accepting = turn.catch(() => undefined);
    return turn;
  }

  /** Moves the read position. Only once the rows up to it were accepted. */
  async moveTo(position: ReadPosition): Promise<void> {
    await this.#journal.append([encodeJson({ kind: 'position', ...position })], false);
    this.#memory.position = position;
  }

  /** Writes to the medium and says by its failure whether rows could be kept now. */
  async probe(): Promise<void> {
    await this.#journal.append([encodeJson({ kind: 'position', ...this.#memory.position })], true);
  }

  /** Takes the ledger's word for segments. */
  async markStored(segments: readonly number[]): Promise<void> {
    const news = segments.filter((segment) => this.#memory.index.waiting.has(segment));
    if (news.length === 0) return;
    const at = this.#options.now();
    for (const segment of news) this.#memory.index.markStored(segment, at);
    await this.#journal.append([encodeJson({ kind: 'stored', segments: news, at })], false);
  }

  /** Has everything that is still here sent again: the ledger was restored, and may have lost it. */
  async resendAll(): Promise<void> {
    await this.#journal.append([encodeJson({ kind: 'resend', at: this.#options.now() })], true);
    this.#memory.index.unmarkAll();
  }

  /** The message of a segment, or undefined where it is not here any more. */
  async message(segment: number): Promise<UsageMessage | undefined> {
    const place = this.#memory.index.placeOf(segment);
    if (!place) return undefined;
    const entry = decodeEntry(await this.#journal.read(place));
    if (entry.kind !== 'segment') throw new Error(`segment ${segment} is a ${entry.kind} entry on disk`);
    return { v: 1, epoch: this.#options.epoch, segment, records: entry.records };
  }

  /** An account's runs that are not in a runsTotal with this mark, by start day. */
  ownRunsSince(account: string, through: SegmentMark): DayUsage[] {
    return this.#memory.ownRuns.since(account, through, this.#options.epoch);
  }

  /**
   * Removes what has no use any more: files whose segments the ledger has had for 7 days, and the memory of runs that
   * are asked for no more. Sums that no runsTotal holds yet stay.
   *
   * @param marks of the accounts of the policy that is held
   * @returns how many files went
   */
  async tidy(marks: ReadonlyMap<string, SegmentMark>): Promise<number> {
    const now = this.#options.now();
    this.#memory.index.noneStoredAfter(now);
    const files = this.#journal.files.slice(0, -1).map(({ file }) => file);
    const last = this.#memory.index.lastFileStoredBefore(now - KEPT_AFTER_STORED_SECONDS, files);
    if (last === 0) return 0;
    const removedThrough = Math.max(this.#memory.index.highestIn(last), this.#memory.index.removedThrough);
    this.#memory.known.forgetEndedBefore(now - REMEMBERED_SECONDS);
    this.#memory.ownRuns.forgetCovered(removedThrough, marks, this.#options.epoch);
    await this.#options.disk.replace(CHECKPOINT, encodeJson(this.#checkpoint(removedThrough)));
    this.#memory.index.forgetFiles(last, removedThrough);
    await this.#journal.dropThrough(last);
    return files.filter((file) => file <= last).length;
  }

  #entryOf(runs: readonly NewRun[], position: number): SegmentEntry {
    return {
      kind: 'segment',
      segment: this.#memory.index.next + position,
      epoch: this.#options.epoch,
      at: this.#options.now(),
      records: runs.map(({ record }) => record),
      facts: runs.map(({ facts }) => facts),
      sums: sumsOf(runs, this.#options.zone),
    };
  }

  #checkpoint(removedThrough: number): Checkpoint {
    return {
      v: 1,
      removedThrough,
      nextSegment: this.#memory.index.next,
      position: this.#memory.position,
      known: [...this.#memory.known.values()],
      sums: [...this.#memory.ownRuns.upTo(removedThrough)],
    };
  }
}
