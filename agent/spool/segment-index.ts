import type { Place } from './journal.ts';
import { above, numbersBetween, numbersDownFrom, withNumber, type NumberRun } from './number-runs.ts';

interface IndexedSegment {
  place: Place;
  /** The enrolment under which it was written, and is sent. */
  epoch: number;
  /** Whether it holds rows that replace earlier ones. */
  revision: boolean;
  /** It waits for a number of a session, and is not sent under the one that it has here. */
  provisional: boolean;
  /** The number under which it goes on. */
  replacedBy?: number;
  /** Unix seconds at which the ledger said that it has it, or null while it has not. */
  storedAt: number | null;
}

/** What an entry says of a segment. */
interface AddedSegment {
  epoch: number;
  revision: boolean;
  provisional?: boolean | undefined;
  replaces?: number | undefined;
}

/** Which segments are in the journal, and which of them the ledger has. */
export class SegmentIndex {
  readonly #segments = new Map<number, IndexedSegment>();
  readonly #waiting = new Set<number>();
  /** By the number under which each goes on, provisional segments; while that is not stored, they are not either. */
  readonly #goingOn = new Map<number, number>();
  /** Numbers after those that were removed, in order. */
  #given: readonly NumberRun[];
  /** Every segment up to here is stored. */
  #storedThrough: number;
  #last: number;
  #removedThrough: number;

  /**
   * Nothing is here yet. What is told to be stored while segments are added says nothing of those that come after.
   *
   * @param given numbers of which it is known that they were given
   */
  constructor(removedThrough: number, given: readonly NumberRun[] = []) {
    this.#storedThrough = removedThrough;
    this.#removedThrough = removedThrough;
    this.#last = removedThrough;
    this.#given = above(removedThrough, given);
  }

  /** Every segment up to here was stored, and is here no more. */
  get removedThrough(): number {
    return this.#removedThrough;
  }

  /** The highest number that was given. */
  get last(): number {
    return this.#last;
  }

  /** Numbers that were given after those that were removed, in order. */
  get given(): readonly NumberRun[] {
    return this.#given;
  }

  get storedThrough(): number {
    return this.#storedThrough;
  }

  /**
   * The highest number up to one that was given here for good; of numbers that were removed it is that one itself.
   */
  givenUpTo(segment: number): number {
    if (segment <= this.#removedThrough) return segment;
    for (const number of numbersDownFrom(this.#given, segment))
      if (!this.isProvisional(number)) return number;
    return this.#removedThrough;
  }

  /** Whether a number was given until there would be one of a session. */
  isProvisional(segment: number): boolean {
    return this.#segments.get(segment)?.provisional === true;
  }

  /** Segments that wait for a number of a session, oldest first. */
  get provisional(): number[] {
    return [...this.#waiting].filter((segment) => this.isProvisional(segment));
  }

  /** Segments that the ledger has not named yet, oldest first. */
  get waiting(): ReadonlySet<number> {
    return this.#waiting;
  }

  /** All are here that will be, and numbers up to one were given. */
  completeAt(last: number): void {
    this.#last = Math.max(this.#last, last);
    this.#settle();
  }

  /**
   * Where no checkpoint says what was removed: all before the first that is here, or all that ever was named; or nothing.
   *
   * @param isWhole whether the journal begins with its first file
   */
  completeWith(named: ReadonlySet<number>, isWhole: boolean): void {
    const highest = [...named].reduce((most, segment) => Math.max(most, segment), this.#last);
    if (!isWhole) {
      const first = [...this.#segments.keys()].reduce((least, segment) => Math.min(least, segment), Infinity);
      this.#removedThrough = first === Infinity ? highest : first - 1;
      this.#storedThrough = this.#removedThrough;
    }
    this.completeAt(highest);
  }

  /** Of those that are here, the ones that hold rows which replace earlier ones. */
  get revisions(): number[] {
    return [...this.#segments].filter(([, { revision }]) => revision).map(([segment]) => segment);
  }

  add(segment: number, place: Place, { epoch, revision, provisional = false, replaces }: AddedSegment): void {
    this.#segments.set(segment, { place, epoch, revision, provisional, storedAt: null });
    this.#waiting.add(segment);
    if (replaces !== undefined) this.#replace(replaces, segment);
    this.#last = Math.max(this.#last, segment);
    this.#given = withNumber(this.#given, segment);
  }

  #replace(segment: number, by: number): void {
    const known = this.#segments.get(segment);
    if (!known) return;
    known.replacedBy = by;
    this.#waiting.delete(segment);
    this.#goingOn.set(by, segment);
  }

  epochOf(segment: number): number | undefined {
    return this.#segments.get(segment)?.epoch;
  }

  placeOf(segment: number): Place | undefined {
    return this.#segments.get(segment)?.place;
  }

  isRevision(segment: number): boolean {
    return this.#segments.get(segment)?.revision === true;
  }

  markStored(segment: number, at: number): void {
    const known = this.#segments.get(segment);
    if (!known || known.storedAt !== null) return;
    known.storedAt = at;
    this.#waiting.delete(segment);
    const replaced = this.#segments.get(this.#goingOn.get(segment) ?? 0);
    if (replaced) replaced.storedAt = at;
    this.#goingOn.delete(segment);
    this.#settle();
  }

  /** All that is still here counts as not stored again. */
  unmarkAll(): void {
    this.#waiting.clear();
    for (const [segment, known] of [...this.#segments].sort(([a], [b]) => a - b)) {
      known.storedAt = null;
      if (known.replacedBy === undefined) this.#waiting.add(segment);
      else this.#goingOn.set(known.replacedBy, segment);
    }
    this.#storedThrough = this.#removedThrough;
    this.#settle();
  }

  /**
   * The last file of the oldest ones whose segments were all stored before a moment, or 0.
   *
   * @param files in order
   */
  lastFileStoredBefore(moment: number, files: readonly number[]): number {
    const kept = new Set<number>();
    for (const { place, storedAt } of this.#segments.values())
      if (storedAt === null || storedAt > moment) kept.add(place.file);
    const firstKept = files.findIndex((file) => kept.has(file));
    return (firstKept === -1 ? files.at(-1) : files[firstKept - 1]) ?? 0;
  }

  /** What counts as stored after a moment counts as stored at it: the clock had gone ahead, and stands right again. */
  noneStoredAfter(moment: number): void {
    for (const known of this.#segments.values())
      if (known.storedAt !== null) known.storedAt = Math.min(known.storedAt, moment);
  }

  /** The highest segment in files up to one, or 0. */
  highestIn(upToFile: number): number {
    let highest = 0;
    for (const [segment, { place }] of this.#segments)
      if (place.file <= upToFile) highest = Math.max(highest, segment);
    return highest;
  }

  forgetFiles(upTo: number, removedThrough: number): void {
    for (const [segment, { place }] of this.#segments) if (place.file <= upTo) this.#segments.delete(segment);
    this.#removedThrough = removedThrough;
    this.#given = above(removedThrough, this.#given);
  }

  #settle(): void {
    for (const segment of numbersBetween(this.#given, this.#storedThrough + 1, this.#last)) {
      if (this.#isOwed(segment)) return;
      this.#storedThrough = segment;
    }
    this.#storedThrough = this.#last;
  }

  #isOwed(segment: number): boolean {
    const { replacedBy = segment } = this.#segments.get(segment) ?? {};
    return this.#waiting.has(segment) || this.#goingOn.get(replacedBy) === segment;
  }
}
