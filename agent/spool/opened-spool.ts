import type { Disk } from '../state/disk.ts';
import { readCheckpoint, type Checkpoint } from './checkpoint.ts';
import { decodeEntry, type Entry, type ReadPosition, type SegmentEntry } from './entries.ts';
import { Journal, type Place, type Repair } from './journal.ts';
import { KnownRuns, type KnownRun } from './known-runs.ts';
import { OwnRuns } from './own-runs.ts';
import { RunFiles } from './run-files.ts';
import { SegmentIndex } from './segment-index.ts';
import { SpoolOfAnotherVersion } from './spool-errors.ts';

export interface OpeningOptions {
  disk: Disk;
  /** Unix seconds. */
  now: () => number;
  journalFileBytes?: number;
  /** Something was cut off because it was torn or damaged; also when that is seen later. */
  onDamage?: (repair: Repair) => void;
}

type ReportingOptions = OpeningOptions & Required<Pick<OpeningOptions, 'onDamage'>>;

export interface Opening {
  memory: OpenedSpool;
  journal: Journal;
  /** What was cut off because it was torn or damaged. */
  repairs: Repair[];
}

/** What the checkpoint and the journal say, put together entry by entry. */
export class OpenedSpool {
  readonly index: SegmentIndex;
  readonly known: KnownRuns;
  readonly ownRuns: OwnRuns;
  position: ReadPosition;
  /** The first number of the last session, or 0. */
  session: number;
  /** The first number of the session since which all rows are owed once more; 0 where the journal does not say it any more. */
  owedSince = 0;
  /** The last segment of each enrolment. */
  readonly lastOf = new Map<number, number>();
  /** Runs of segments up to here are in files of their own: a replay does not remember them once more. */
  readonly #foldedThrough: number;
  readonly #foldedRevisions: ReadonlySet<number>;

  constructor(checkpoint: Checkpoint, former: readonly KnownRun[], known: KnownRuns) {
    this.known = known;
    this.index = new SegmentIndex(checkpoint.removedThrough, checkpoint.given);
    this.position = checkpoint.position;
    this.session = checkpoint.session;
    this.ownRuns = new OwnRuns(checkpoint.forgotten);
    this.#foldedThrough = checkpoint.runs.through;
    this.#foldedRevisions = new Set(checkpoint.revisions);
    for (const run of former) known.remember({ ...run, segment: 0 });
    for (const { segment, epoch, ...sum } of checkpoint.sums) this.ownRuns.add(segment, epoch, [sum]);
  }

  /** Takes the next entry of the journal. */
  replay(entry: Entry, place: Place): void {
    switch (entry.kind) {
      case 'segment':
        return this.addSegment(entry, place);
      case 'stored':
        return entry.segments.forEach((segment) => this.index.markStored(segment, entry.at));
      case 'position': {
        const { kind: _, ...position } = entry;
        this.position = position;
        return;
      }
      case 'session':
        this.session = entry.first;
        if (!entry.again) return;
        this.position = { ...this.position, rescanned: null, again: true };
        this.owedSince = entry.first;
        return;
      case 'resend':
        return this.index.unmarkAll();
    }
  }

  /** A segment that the checkpoint counts as removed may still be in a file, where a crash came before the removal. */
  addSegment(entry: SegmentEntry, place: Place): void {
    const revision = this.#isRevision(entry);
    const { segment, epoch, provisional, replaces, sums } = entry;
    // Runs of one that goes on under another number are known already, and may have changed since.
    const isKnown = replaces !== undefined && this.index.placeOf(replaces) !== undefined;
    if (segment > this.#foldedThrough && !isKnown)
      for (const run of entry.facts) this.known.remember({ ...run, segment });
    if (segment <= this.index.removedThrough) return;
    this.index.add(segment, place, { epoch, revision, provisional, replaces });
    this.lastOf.set(epoch, segment);
    if (replaces !== undefined) this.ownRuns.remove(replaces, sums);
    this.ownRuns.add(segment, epoch, sums, provisional);
  }

  /** Runs that were taken with a segment whose entry is lost are read, and sent, once more. */
  voidLost(): void {
    for (const { first, last } of this.index.given)
      for (let segment = first; segment <= Math.min(last, this.#foldedThrough); segment += 1)
        if (!this.index.placeOf(segment)) this.known.files.voided.add(segment);
  }

  /** Where an entry does not say it, its runs were all in memory when it was written, and are when it is replayed. */
  #isRevision({ segment, revision, facts }: SegmentEntry): boolean {
    if (revision !== undefined) return revision;
    if (segment <= this.#foldedThrough) return this.#foldedRevisions.has(segment);
    return facts.some((run) => {
      const before = this.known.find(run);
      return before !== undefined && before.digest !== run.digest;
    });
  }
}

/** Reads the spool, repairs what a crash left, and builds a checkpoint that is damaged or missing anew from the rest. */
export async function openSpool(options: OpeningOptions): Promise<Opening> {
  const { disk, now } = options;
  const repairs: Repair[] = [];
  const onDamage = (repair: Repair): void => {
    repairs.push(repair);
    options.onDamage?.(repair);
  };
  const saved = await readCheckpoint(disk);
  if (saved.found !== 'sound') {
    if (saved.found === 'damaged') onDamage({ file: saved.file, bytes: saved.bytes });
    return rebuild({ ...options, onDamage }, repairs);
  }
  const { files, voided } = saved.checkpoint.runs;
  const known = new KnownRuns(new RunFiles(disk, files, voided, onDamage), now);
  const memory = new OpenedSpool(saved.checkpoint, saved.known, known);
  const journal = await replayInto(memory, { ...options, onDamage });
  memory.index.completeAt(saved.checkpoint.nextSegment - 1);
  memory.voidLost();
  await known.readRecent();
  return { memory, journal, repairs };
}

async function replayInto(
  memory: OpenedSpool,
  { disk, journalFileBytes, onDamage }: ReportingOptions,
): Promise<Journal> {
  const take = (payload: Uint8Array, place: Place): void => memory.replay(entryAt(payload, place), place);
  const opened = await Journal.open(disk, take, journalFileBytes);
  opened.repairs.forEach(onDamage);
  return opened.journal;
}

function entryAt(payload: Uint8Array, { file }: Place): Entry {
  try {
    return decodeEntry(payload);
  } catch (cause) {
    throw new SpoolOfAnotherVersion(Journal.pathOf(file), { cause });
  }
}

const NOTHING: Checkpoint = {
  v: 2,
  removedThrough: 0,
  session: 0,
  nextSegment: 1,
  given: [],
  forgotten: [],
  position: { watermark: null, rescanned: null },
  sums: [],
  runs: { through: 0, files: [], voided: [] },
  revisions: [],
};

/**
 * Without a checkpoint: the journal has all segments that are not removed, oldest first, and the files of runs name the
 * segments with which each came. Lost are sums of removed segments that no policy covers yet; the next policy does.
 */
async function rebuild(options: ReportingOptions, repairs: Repair[]): Promise<Opening> {
  const files = await RunFiles.found(options.disk, options.onDamage);
  const memory = new OpenedSpool(NOTHING, [], new KnownRuns(files, options.now));
  const damagedBefore = repairs.length;
  const journal = await replayInto(memory, options);
  const named = await files.survey();
  memory.index.completeWith(named, journal.files[0]?.file === 1);
  for (const segment of named)
    if (segment > memory.index.removedThrough && !memory.index.placeOf(segment)) files.voided.add(segment);
  // Which segments went with a part of the journal can't be told: all is read, and sent, once more.
  if (repairs.length > damagedBefore) files.clear();
  await memory.known.readRecent();
  return { memory, journal, repairs };
}
