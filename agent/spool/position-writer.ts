import type { Disk } from '../state/disk.ts';
import { encodeEntry, type ReadPosition } from './entries.ts';
import { FOLDER, type Journal } from './journal.ts';
import type { OpenedSpool } from './opened-spool.ts';

/** What is written, and removed, to see whether there is room again: more than most readings need. */
const ROOM = `${FOLDER}/room`;
const ROOM_BYTES = 256 * 1024;

/** Writes to the journal how far the scheduler's accounting was read. One call at a time. */
export class PositionWriter {
  readonly #disk: Disk;
  readonly #journal: Journal;
  readonly #memory: OpenedSpool;
  /** The position is not on the medium as it is here. */
  #isOwed = false;

  constructor(disk: Disk, journal: Journal, memory: OpenedSpool) {
    this.#disk = disk;
    this.#journal = journal;
    this.#memory = memory;
  }

  /** @param isKept whether it is on the medium when this returns; what was read would only be read again */
  async move(change: (position: ReadPosition) => ReadPosition, isKept = false): Promise<void> {
    const position = change(this.#memory.position);
    await this.#journal.append([encodeEntry({ kind: 'position', ...position })], isKept);
    this.#memory.position = position;
    this.#isOwed = false;
  }

  /** The next reading sends all rows once more, also where one that does is under way. It is on the medium when this returns. */
  async oweAll(): Promise<void> {
    await this.move((position) => ({ ...position, rescanned: null, again: true }), true);
    // No session begins with such a number.
    this.#memory.owedSince = Math.min(0, this.#memory.owedSince) - 1;
  }

  /** A disk that takes nothing just now keeps no agent from starting: it is written with what is owed. */
  async rescanAnew(): Promise<void> {
    this.#memory.position = { ...this.#memory.position, rescanned: null };
    this.#isOwed = true;
    await this.writeOwed().catch(() => undefined);
  }

  async writeOwed(): Promise<void> {
    if (this.#isOwed) await this.move((position) => position);
  }

  /** Says by its failure whether rows could be kept now: a full disk may take a few bytes still. */
  async probe(): Promise<void> {
    await this.#disk.replace(ROOM, new Uint8Array(ROOM_BYTES));
    await this.#disk.remove(ROOM);
    await this.#journal.append([encodeEntry({ kind: 'position', ...this.#memory.position })], true);
  }
}
