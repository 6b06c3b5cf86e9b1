import type { SegmentMark } from '@keystone/shared/contracts/policy.ts';
import type { SegmentNumbers, UsageMessage, UsageRecord } from '@keystone/shared/contracts/usage.ts';
import type { DayUsage } from '@keystone/shared/domain/grants.ts';
import { encodeEntry, type ReadPosition } from './entries.ts';
import { Turns } from '../state/turns.ts';
import { HourDays } from './hour-days.ts';
import type { Journal, Repair } from './journal.ts';
import type { NumberRun } from './number-runs.ts';
import { openSpool, type OpenedSpool } from './opened-spool.ts';
import { PositionWriter } from './position-writer.ts';
import { SegmentWriter } from './segment-writer.ts';
import { intoSegments, newRuns, sumsOf } from './segments.ts';
import type { SpoolOptions } from './spool-options.ts';
import { Upkeep } from './upkeep.ts';

/**
 * The agent's durable memory of finished runs: what was read from the scheduler, how far, what of it the ledger has, and
 * what each account used since a mark. Everything is first in one journal, so a crash can only lose whole entries from its
 * end, and what is lost is read from the scheduler again. What must be known of runs for longer, or takes too much
 * memory, goes on into files of its own; a checkpoint says how far.
 */
export class Spool {
  readonly #options: SpoolOptions;
  readonly #journal: Journal;
  readonly #memory: OpenedSpool;
  readonly #segments: SegmentWriter;
  readonly #position: PositionWriter;
  readonly #upkeep: Upkeep;
  readonly #days: HourDays;
  /** Accepting is read, then write, and so are tidying up and moving on. */
  readonly #turns = new Turns();

  private constructor(options: SpoolOptions, journal: Journal, memory: OpenedSpool) {
    this.#options = options;
    this.#journal = journal;
    this.#memory = memory;
    this.#segments = new SegmentWriter(options, journal, memory);
    this.#position = new PositionWriter(options.disk, journal, memory);
    this.#upkeep = new Upkeep(options, journal, memory);
    this.#days = new HourDays(options.zone);
  }

  /** @throws SpoolOfAnotherVersion where something is whole and can't be understood; it is left alone */
  static async open(options: SpoolOptions): Promise<{ spool: Spool; repairs: Repair[] }> {
    const { memory, journal, repairs } = await openSpool(options);
    return { spool: new Spool(options, journal, memory), repairs };
  }

  /** How far the scheduler's accounting was read. */
  get position(): ReadPosition {
    return this.#memory.position;
  }

  /**
   * The session since which all rows are owed to the ledger once more, by its first number, or null where they are not; 0 where it
   * is known no more which, and less where it was no session.
   */
  get owedSince(): number | null {
    const { position, owedSince } = this.#memory;
    return position.again ? owedSince : null;
  }

  /** The highest number that a segment was given, or 0. */
  get last(): number {
    return this.#memory.index.last;
  }

  /** Numbers of the segments that are here, or were lost from here, in order. */
  get numbers(): readonly NumberRun[] {
    return this.#memory.index.given;
  }

  /** Every segment up to here was stored, and is here no more. */
  get removedThrough(): number {
    return this.#memory.index.removedThrough;
  }

  /** Every segment up to here is stored in the ledger. */
  get storedThrough(): number {
    return this.#memory.index.storedThrough;
  }

  /**
   * How far figures can be told apart from this spool's own: as far as the ledger has all segments or, where a mark stands
   * at a number that was never given here, no further than before it. Another past of this disk was given that number, and what
   * went with it is here under others.
   *
   * @param marks of the policy that is held
   */
  settledThrough(marks: Iterable<SegmentMark>): number {
    const { index } = this.#memory;
    return [...marks]
      .filter(({ epoch }) => epoch === this.#options.epoch)
      .map(({ segment }) => ({ segment, given: index.givenUpTo(segment) }))
      .filter(({ segment, given }) => given < segment)
      .reduce((least, { given }) => Math.min(least, given), index.storedThrough);
  }

  /** The last segment here that was written under an enrolment before this one, or 0. */
  get carriedThrough(): number {
    const former = [...this.#memory.lastOf].filter(([epoch]) => epoch < this.#options.epoch);
    return Math.max(0, ...former.map(([, segment]) => segment));
  }

  /** Segments that the ledger has not named yet, oldest first. */
  get waiting(): ReadonlySet<number> {
    return this.#memory.index.waiting;
  }

  /** Whether a number stands for one of the next session, and nothing is sent under it. */
  isProvisional(segment: number): boolean {
    return this.#memory.index.isProvisional(segment);
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
   * @param again also those that are as they were
   * @returns the rows that were taken
   * @throws what the disk threw; then none of them was taken
   */
  accept(rows: readonly UsageRecord[], again = false): Promise<UsageRecord[]> {
    return this.#turns.take(async () => {
      const { known } = this.#memory;
      await this.#upkeep.relieveMemory();
      await known.recall(rows);
      const runs = newRuns(rows, known, again);
      if (runs.length === 0) return [];
      await this.#position.writeOwed();
      await this.#segments.write(
        intoSegments(runs, this.#days).map((segment) => ({
          runs: segment,
          sums: sumsOf(segment, this.#days),
        })),
      );
      return runs.map(({ record }) => record);
    });
  }

  /**
   * From here on segments get numbers of a session with the broker, which nobody else has and which are above all that were
   * sent before, whatever clocks say and to whatever state this disk was set back. Segments that were spooled without go on
   * under such numbers, in their order; only then may any be sent.
   *
   * Where another had a session since the last one here, it may have had the last word on any run, and an old one: all rows
   * are to be read, and sent, once more.
   *
   * @param former the first number of the session before, whoever had it
   * @returns whether all is to be read, and sent, once more
   * @throws what the disk threw; it may be tried again
   */
  beginSession(numbers: SegmentNumbers, former: number): Promise<boolean> {
    return this.#turns.take(() => this.#segments.begin(numbers, former));
  }

  /** What is spooled from here on waits for the next session to be sent. */
  endSession(): void {
    this.#segments.end();
  }

  /** Whether something waits for numbers of a session: there is none, or it has used up its own. */
  get lacksNumbers(): boolean {
    return this.#memory.index.provisional.length > 0;
  }

  /**
   * Moves the read position. Only once the rows up to it were accepted.
   *
   * @param change of the position as it stands then: a session may have changed it since it was looked at
   */
  move(change: (position: ReadPosition) => ReadPosition): Promise<void> {
    return this.#turns.take(() => this.#position.move(change));
  }

  /**
   * All rows are to be read once more. A disk that takes nothing just now keeps no agent from starting: it is written before
   * any rows are.
   */
  rescanAnew(): Promise<void> {
    return this.#turns.take(() => this.#position.rescanAnew());
  }

  /** Writes to the medium and says by its failure whether rows could be kept now. */
  probe(): Promise<void> {
    return this.#turns.take(() => this.#position.probe());
  }

  /**
   * Takes the ledger's word for segments.
   *
   * @param epoch under which they were sent; it says nothing of others with their numbers
   * @returns those of them of which it is news
   */
  async markStored(segments: readonly number[], epoch = this.#options.epoch): Promise<number[]> {
    const { index } = this.#memory;
    const news = segments.filter(
      (segment) =>
        index.waiting.has(segment) && index.epochOf(segment) === epoch && !index.isProvisional(segment),
    );
    if (news.length === 0) return [];
    const at = this.#options.now();
    for (const segment of news) index.markStored(segment, at);
    await this.#journal.append([encodeEntry({ kind: 'stored', segments: news, at })], false);
    return news;
  }

  /** Has everything that is still here sent again: the ledger was restored, and may have lost it. */
  async resendAll(): Promise<void> {
    await this.#journal.append([encodeEntry({ kind: 'resend', at: this.#options.now() })], true);
    this.#memory.index.unmarkAll();
  }

  /** All rows are to be read, and sent, once more: the ledger may have lost what is here no more. */
  oweAll(): Promise<void> {
    return this.#turns.take(() => this.#position.oweAll());
  }

  /** The message of a segment, or undefined where it is not here any more. */
  async message(segment: number): Promise<UsageMessage | undefined> {
    const entry = await this.#segments.read(segment);
    if (!entry) return undefined;
    // Under its own enrolment: what it says is older than what came since, also where it is sent under a later one.
    return { v: 1, epoch: entry.epoch, segment, records: entry.records };
  }

  /** An account's runs that are not in a runsTotal with this mark, by start day. */
  ownRunsSince(account: string, through: SegmentMark): DayUsage[] {
    return this.#memory.ownRuns.since(account, through, this.#options.epoch);
  }

  /** The last segment whose runs `ownRunsSince` lacks, or 0: what the ledger had seven days ago is forgotten. */
  forgottenBeyond(account: string, through: SegmentMark): number {
    return this.#memory.ownRuns.forgottenBeyond(account, through);
  }

  /**
   * Removes what has no use any more: files whose segments the ledger has had for 7 days, and the memory of runs that
   * are asked for no more. Sums that no runsTotal holds yet stay.
   *
   * @param marks of the accounts of the policy that is held
   * @returns how many files went
   */
  tidy(marks: ReadonlyMap<string, SegmentMark>): Promise<number> {
    return this.#turns.take(() => this.#upkeep.tidy(marks));
  }
}
