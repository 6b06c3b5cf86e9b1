import type { Disk } from '../state/disk.ts';
import { decodeFrames } from './frames.ts';
import { FOLDER, type Repair } from './journal.ts';
import { SpoolOfAnotherVersion } from './spool-errors.ts';
import type { RunKey, SpooledRun } from './known-runs.ts';
import { encodeRuns, MAX_RECORD_FRAME_BYTES, visitRuns, type RecordHead } from './run-records.ts';
import { RunTable } from './run-table.ts';

/** Runs that were submitted on one day (UTC). A run keeps its submit time, so all that is known of it is in one file. */
export interface RunFile {
  /** Days since 1970. */
  day: number;
  /** How much of the file counts; what lies behind was not finished. */
  bytes: number;
  /** The latest end among its runs, Unix seconds. */
  lastEnd: number;
}

const DAY = 86_400;
const pattern = /^runs-(\d{7})\.log$/;
const nameOf = (day: number): string => `runs-${String(day).padStart(7, '0')}.log`;
const pathOf = (day: number): string => `${FOLDER}/${nameOf(day)}`;
const dayOfSubmit = ({ submit }: RunKey): number => Math.floor(submit / DAY);

/**
 * What is known of spooled runs, on disk: a file for each day of submission, only ever added to; of several records of a
 * run the last counts. Which files, and how much of each, the checkpoint says. A lookup reads the files of the days that
 * it asks about, a piece at a time, so memory does not grow with what is known.
 */
export class RunFiles {
  readonly #disk: Disk;
  readonly #files: Map<number, RunFile>;
  /** Segments that were lost with a part of the journal: what was taken with them is not known. */
  readonly voided: Set<number>;
  readonly #onDamage: (repair: Repair) => void;

  constructor(
    disk: Disk,
    files: readonly RunFile[],
    voided: Iterable<number>,
    onDamage: (repair: Repair) => void,
  ) {
    this.#disk = disk;
    this.#files = new Map(files.map((file) => [file.day, { ...file }]));
    this.voided = new Set(voided);
    this.#onDamage = onDamage;
  }

  /** All files of the folder, whole, where no checkpoint says what counts. */
  static async found(disk: Disk, onDamage: (repair: Repair) => void): Promise<RunFiles> {
    const files = new RunFiles(disk, [], [], onDamage);
    for (const day of await daysIn(disk)) {
      const bytes = (await disk.read(pathOf(day)))?.length ?? 0;
      files.#files.set(day, { day, bytes, lastEnd: 0 });
    }
    return files;
  }

  list(): RunFile[] {
    return [...this.#files.values()].map((file) => ({ ...file }));
  }

  /** Adds runs. When it returns they are on the medium, and count once a checkpoint has the list. */
  async append(runs: Iterable<SpooledRun>): Promise<void> {
    const days = new Map<number, SpooledRun[]>();
    for (const run of runs) {
      const others = days.get(dayOfSubmit(run));
      if (others) others.push(run);
      else days.set(dayOfSubmit(run), [run]);
    }
    for (const [day, added] of days) {
      const { bytes = 0, lastEnd = 0 } = this.#files.get(day) ?? {};
      const data = encodeRuns(added);
      await this.#disk.writeAt(pathOf(day), bytes, data, true);
      const latest = added.reduce((latest, { end }) => Math.max(latest, end), lastEnd);
      this.#files.set(day, { day, bytes: bytes + data.length, lastEnd: latest });
    }
  }

  /** What is known of runs; with them may come others of the same jobs. */
  async find(keys: readonly RunKey[]): Promise<RunTable> {
    const found = new RunTable();
    for (const [day, asked] of Map.groupBy(keys, dayOfSubmit)) {
      const jobs = new Set(asked.map(({ jobIdRaw }) => jobIdRaw));
      await this.#scan(
        day,
        ({ jobIdRaw }) => jobs.has(jobIdRaw),
        (run) => found.put(run),
      );
    }
    return found;
  }

  /** Runs that ended at a moment or later, and others of their jobs; no more than so many. */
  async endedSince(moment: number, most: number): Promise<RunTable> {
    const found = new RunTable();
    const wanted = ({ jobIdRaw, end }: RecordHead): boolean =>
      // A later record of a run may say that it ended before.
      found.hasJob(jobIdRaw) || (end >= moment && found.size < most);
    for (const { day, lastEnd } of this.#files.values())
      if (lastEnd >= moment) await this.#scan(day, wanted, (run) => found.put(run));
    return found;
  }

  /** Reads everything, to know again what a checkpoint would say. @returns the segments that records name */
  async survey(): Promise<Set<number>> {
    const segments = new Set<number>();
    for (const file of this.#files.values()) {
      const note = ({ end, segment }: RecordHead): boolean => {
        file.lastEnd = Math.max(file.lastEnd, end);
        segments.add(segment);
        return false;
      };
      await this.#scan(file.day, note, () => undefined);
    }
    return segments;
  }

  /** Nothing of it counts any more. */
  clear(): void {
    this.#files.clear();
  }

  /** Leaves out files whose runs all ended before a moment. @returns whether there were any */
  forgetEndedBefore(moment: number): boolean {
    const old = this.list().filter(({ lastEnd }) => lastEnd < moment);
    for (const { day } of old) this.#files.delete(day);
    return old.length > 0;
  }

  /** Removes files that do not count. Only once a checkpoint has the list. */
  async sweep(): Promise<void> {
    for (const day of await daysIn(this.#disk))
      if (!this.#files.has(day)) await this.#disk.remove(pathOf(day));
  }

  async #scan(
    day: number,
    wanted: (head: Readonly<RecordHead>) => boolean,
    visit: (run: SpooledRun) => void,
  ): Promise<void> {
    const file = this.#files.get(day);
    if (!file) return;
    const counts = (head: Readonly<RecordHead>): boolean => !this.voided.has(head.segment) && wanted(head);
    for (let offset = 0; offset < file.bytes;) {
      const window = await this.#read(file, offset);
      const { frames, end } = decodeFrames(window);
      for (const { payload } of frames)
        if (!visitRuns(payload, counts, visit)) throw new SpoolOfAnotherVersion(pathOf(day));
      if (end === 0) return this.#cutOff(file, offset);
      offset += end;
    }
  }

  async #read({ day, bytes }: RunFile, offset: number): Promise<Uint8Array> {
    const length = Math.min(MAX_RECORD_FRAME_BYTES, bytes - offset);
    try {
      return await this.#disk.readAt(pathOf(day), offset, length);
    } catch {
      // Shorter than it was, or gone: what is still there counts.
      const rest = (await this.#disk.read(pathOf(day))) ?? new Uint8Array();
      return rest.subarray(offset, offset + length);
    }
  }

  /** Runs behind a damage are not known any more; where they are read again they are sent again, to a ledger that has them. */
  #cutOff(file: RunFile, offset: number): void {
    this.#onDamage({ file: nameOf(file.day), bytes: file.bytes - offset });
    file.bytes = offset;
  }
}

async function daysIn(disk: Disk): Promise<number[]> {
  return (await disk.list(FOLDER)).flatMap((name) => pattern.exec(name)?.[1] ?? []).map(Number);
}
