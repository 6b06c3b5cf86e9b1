import type { SegmentNumbers } from '@keystone/shared/contracts/usage.ts';
import { decodeEntry, encodeEntry, type SegmentEntry } from './entries.ts';
import type { Journal } from './journal.ts';
import type { OpenedSpool } from './opened-spool.ts';
import type { AccountDaySum } from './own-runs.ts';
import type { NewRun } from './segments.ts';

/** So many segments at a time get numbers of a session. */
const RENUMBERED_AT_ONCE = 64;

const NONE: SegmentNumbers = { first: 1, last: 0 };

export interface SegmentWriterOptions {
  /** Of this enrolment. */
  epoch: number;
  /** Unix seconds. */
  now: () => number;
}

/** Writes segments to the journal, and under which numbers. One call at a time. */
export class SegmentWriter {
  readonly #options: SegmentWriterOptions;
  readonly #journal: Journal;
  readonly #memory: OpenedSpool;
  /** The highest number that an entry was written with: what a failed write left may be whole, and come to light later. */
  #tried = 0;
  /** What the session with the broker may use; nothing without one. */
  #numbers = NONE;

  constructor(options: SegmentWriterOptions, journal: Journal, memory: OpenedSpool) {
    this.#options = options;
    this.#journal = journal;
    this.#memory = memory;
  }

  /**
   * A session has these numbers, and what was written without goes on under them, as far as they last.
   *
   * @param former the first number of the session before, whoever had it
   * @returns whether that was another's, and all is to be read, and sent, once more
   */
  async begin(numbers: SegmentNumbers, former: number): Promise<boolean> {
    const { provisional } = this.#memory.index;
    const count = Math.min(provisional.length, numbers.last - this.#next(numbers) + 1);
    for (let at = 0; at < count; at += RENUMBERED_AT_ONCE)
      await this.#renumber(provisional.slice(at, Math.min(at + RENUMBERED_AT_ONCE, count)), numbers);
    const { session, position } = this.#memory;
    // Who has read nothing before reads all now.
    const again = former !== session && position.watermark !== null;
    const entry = { kind: 'session' as const, first: numbers.first, ...(again && { again }) };
    const [place] = await this.#journal.append([encodeEntry(entry)], true);
    if (place) this.#memory.replay(entry, place);
    this.#numbers = numbers;
    return again;
  }

  end(): void {
    this.#numbers = NONE;
  }

  /** They are on the medium when it returns; where the numbers of the session do not last, without one for good. */
  async write(segments: readonly { runs: readonly NewRun[]; sums: AccountDaySum[] }[]): Promise<void> {
    const { epoch, now } = this.#options;
    const first = this.#next();
    await this.#append(
      segments.map(({ runs, sums }, position) => ({
        kind: 'segment',
        segment: first + position,
        ...(first + position > this.#numbers.last && { provisional: true }),
        epoch,
        at: now(),
        revision: runs.some(({ revision }) => revision),
        records: runs.map(({ record }) => record),
        facts: runs.map(({ facts }) => facts),
        sums,
      })),
    );
  }

  /** @returns undefined where it is not here any more */
  async read(segment: number): Promise<SegmentEntry | undefined> {
    const place = this.#memory.index.placeOf(segment);
    if (!place) return undefined;
    const entry = decodeEntry(await this.#journal.read(place));
    if (entry.kind !== 'segment') throw new Error(`segment ${segment} is a ${entry.kind} entry on disk`);
    return entry;
  }

  #next({ first } = this.#numbers): number {
    return Math.max(this.#memory.index.last + 1, this.#tried + 1, first);
  }

  async #renumber(segments: readonly number[], numbers: SegmentNumbers): Promise<void> {
    const read = await Promise.all(segments.map((segment) => this.read(segment)));
    const first = this.#next(numbers);
    await this.#append(
      read
        .filter((entry) => entry !== undefined)
        .map(({ provisional: _, ...entry }, at) => ({
          ...entry,
          segment: first + at,
          revision: this.#memory.index.isRevision(entry.segment),
          replaces: entry.segment,
        })),
    );
  }

  async #append(entries: readonly SegmentEntry[]): Promise<void> {
    this.#tried = Math.max(this.#tried, ...entries.map(({ segment }) => segment));
    const places = await this.#journal.append(entries.map(encodeEntry), true);
    entries.forEach((entry, at) => {
      const place = places[at];
      if (place) this.#memory.addSegment(entry, place);
    });
  }
}
