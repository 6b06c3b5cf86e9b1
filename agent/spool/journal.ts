import type { Disk } from '../state/disk.ts';
import { Turns } from '../state/turns.ts';
import { decodeFrame, decodeFrames, encodeFrame, FRAME_HEAD_BYTES } from './frames.ts';

/** Where an entry lies: which file, and which bytes of it. */
export interface Place {
  file: number;
  offset: number;
  length: number;
}

/** Bytes at the end of a file that were no whole entry, and were cut off. */
export interface Repair {
  file: string;
  bytes: number;
}

export interface JournalFile {
  file: number;
  size: number;
}

/** All of the spool is in this folder. */
export const FOLDER = 'spool';

/** A file that has grown to this is closed, and the next entry begins another. */
export const JOURNAL_FILE_BYTES = 1024 * 1024;

const nameOf = (file: number): string => `journal-${String(file).padStart(8, '0')}.log`;
const pathOf = (file: number): string => `${FOLDER}/${nameOf(file)}`;

/**
 * Numbered files of checksummed entries, only ever added to. A write that failed or was torn leaves bytes behind the
 * last whole entry; they are cut off at the next write or the next opening.
 */
export class Journal {
  readonly #disk: Disk;
  readonly #fileBytes: number;
  #files: JournalFile[] = [];
  /** Each write begins where the one before ended. */
  readonly #turns = new Turns();

  private constructor(disk: Disk, fileBytes: number) {
    this.#disk = disk;
    this.#fileBytes = fileBytes;
  }

  /** Reads every whole entry, oldest first, and repairs what a crash left. */
  static async open(
    disk: Disk,
    visit: (payload: Uint8Array, place: Place) => void,
    fileBytes = JOURNAL_FILE_BYTES,
  ): Promise<{ journal: Journal; repairs: Repair[] }> {
    const journal = new Journal(disk, fileBytes);
    const repairs: Repair[] = [];
    const files = (await disk.list(FOLDER)).flatMap((name) => {
      const file = Number(/^journal-(\d{8})\.log$/.exec(name)?.[1] ?? 0);
      return file === 0 ? [] : [{ name, file }];
    });
    for (const { name, file } of files) {
      const bytes = (await disk.read(pathOf(file))) ?? new Uint8Array();
      const { frames, end } = decodeFrames(bytes);
      for (const { payload, offset } of frames) visit(payload, { file, offset, length: payload.length });
      // A write that failed may have left whole entries that are not on the medium yet: what is believed now has to last.
      if (end < bytes.length || file === files.at(-1)?.file)
        await disk.writeAt(pathOf(file), end, new Uint8Array(), true);
      if (end < bytes.length) repairs.push({ file: name, bytes: bytes.length - end });
      journal.#files.push({ file, size: end });
    }
    return { journal, repairs };
  }

  static pathOf(file: number): string {
    return pathOf(file);
  }

  get files(): readonly JournalFile[] {
    return this.#files;
  }

  get bytes(): number {
    return this.#files.reduce((sum, { size }) => sum + size, 0);
  }

  /**
   * Adds entries, all or none while the agent lives.
   *
   * @param durable whether they must outlast a crash of the machine when this returns
   * @throws what the disk threw; then nothing was added
   */
  append(payloads: readonly Uint8Array[], durable: boolean): Promise<Place[]> {
    return this.#turns.take(async () => {
      const target = this.#target();
      const frames = payloads.map((payload) => encodeFrame(payload));
      await this.#disk.writeAt(pathOf(target.file), target.size, Buffer.concat(frames), durable);
      let offset = target.size;
      const places = frames.map((frame, index): Place => {
        const place = { file: target.file, offset, length: payloads[index]?.length ?? 0 };
        offset += frame.length;
        return place;
      });
      if (this.#files.at(-1)?.file === target.file) this.#files.pop();
      this.#files.push({ file: target.file, size: offset });
      return places;
    });
  }

  /** @throws where the entry is damaged on the medium */
  async read(place: Place): Promise<Uint8Array> {
    const bytes = await this.#disk.readAt(pathOf(place.file), place.offset, FRAME_HEAD_BYTES + place.length);
    const payload = decodeFrame(bytes, 0);
    if (!payload) throw new Error(`${pathOf(place.file)} is damaged at byte ${place.offset}`);
    return payload;
  }

  /** Removes the oldest files up to one; the file that is written to stays. */
  dropThrough(file: number): Promise<void> {
    return this.#turns.take(async () => {
      const last = this.#files.at(-1);
      for (const old of [...this.#files]) {
        if (old.file > file || old === last) return;
        await this.#disk.remove(pathOf(old.file));
        this.#files.shift();
      }
    });
  }

  #target(): JournalFile {
    const last = this.#files.at(-1);
    if (!last) return { file: 1, size: 0 };
    return last.size < this.#fileBytes ? last : { file: last.file + 1, size: 0 };
  }
}
