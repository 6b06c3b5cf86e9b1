import type { Disk } from '@keystone/agent/state/disk.ts';
import type { Stream } from '../core/chance.ts';
import type { Life } from '../core/life.ts';
import type { Weather } from '../core/weather.ts';

interface File {
  bytes: Buffer;
  /** Length that is in use; the buffer grows ahead of it. */
  length: number;
  /** How many bytes outlast a crash for certain. */
  durable: number;
}

const full = () => Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
const broken = () => Object.assign(new Error('EIO: i/o error'), { code: 'EIO' });

/**
 * A machine's disk. It can be full, fail, and lose what was not synced when the machine goes down, of a write under way any
 * part; what it promised it keeps.
 */
export class MachineDisk {
  readonly #files = new Map<string, File>();
  readonly #chance: Stream;
  readonly #weather: Weather;
  #full: { since: number; until: number } | undefined;
  /** Hears of each file that was put in place, and whether who wrote it was told so. */
  onPut: (name: string, isTold: boolean) => void = () => undefined;
  /** A write that was begun and not answered yet: a crash tears it. */
  readonly #underWay = new Set<() => void>();

  constructor(chance: Stream, weather: Weather) {
    this.#chance = chance;
    this.#weather = weather;
  }

  /** @param since Unix seconds */
  fill(since: number): void {
    if (!this.isFull) this.#full = { since, until: Infinity };
  }

  /** @param until Unix seconds */
  makeRoom(until: number): void {
    if (this.#full?.until === Infinity) this.#full.until = until;
  }

  get isFull(): boolean {
    return this.#full?.until === Infinity;
  }

  /** When it was full last, if that was within so many seconds. */
  fullSince(now: number, within: number): number | undefined {
    return this.#full && this.#full.until >= now - within ? this.#full.since : undefined;
  }

  /**
   * A process ended within its writes, which are torn. With the machine's power gone as well, of what was not synced any
   * part is left.
   */
  crash(power: boolean): void {
    for (const tear of this.#underWay) tear();
    this.#underWay.clear();
    if (!power) return;
    for (const file of this.#files.values()) {
      if (file.durable >= file.length) continue;
      const share = this.#chance.pick([0, 1, this.#chance.next()]);
      file.length = file.durable + Math.floor((file.length - file.durable) * share);
      file.durable = file.length;
    }
  }

  /** All that is on it now, for the day on which the machine is restored from it. */
  snapshot(): ReadonlyMap<string, Uint8Array> {
    return new Map(
      [...this.#files].map(([name, { bytes, length }]) => [name, new Uint8Array(bytes.subarray(0, length))]),
    );
  }

  /** The machine is set back to a snapshot. */
  restore(snapshot: ReadonlyMap<string, Uint8Array>): void {
    this.#underWay.clear();
    this.#files.clear();
    for (const [name, bytes] of snapshot) this.put(name, bytes);
  }

  bytesOf(name: string): Uint8Array | undefined {
    const file = this.#files.get(name);
    return file && new Uint8Array(file.bytes.subarray(0, file.length));
  }

  /** How many bytes the files of a folder take. */
  sizeOf(folder: string): number {
    let size = 0;
    for (const [name, { length }] of this.#files) if (name.startsWith(`${folder}/`)) size += length;
    return size;
  }

  put(name: string, bytes: Uint8Array, isTold = true): void {
    const copy = Buffer.from(bytes);
    this.#files.set(name, { bytes: copy, length: copy.length, durable: copy.length });
    this.onPut(name, isTold);
  }

  /** The disk as one process on the machine sees it. */
  handle(life: Life): Disk {
    const read = <T>(perform: () => T) => life.calls(0.2, 0.2, perform);
    return {
      read: (name) => read(() => this.bytesOf(name)),
      readAt: (name, offset, length) => read(() => this.#readAt(name, offset, length)),
      list: (folder) => read(() => this.#list(folder)),
      replace: (name, data) => {
        const put = () => this.put(name, data);
        return this.#write(life, put, () => this.#chance.happens(0.5) && this.put(name, data, false), 'all');
      },
      remove: (name) =>
        this.#write(
          life,
          () => this.#files.delete(name),
          () => undefined,
        ),
      writeAt: (name, offset, data, durable) =>
        this.#write(
          life,
          () => this.#writeAt(name, offset, data, durable),
          () => this.#writeAt(name, offset, data.subarray(0, this.#chance.whole(0, data.length)), false),
          data.length === 0 ? 'none' : 'some',
        ),
    };
  }

  /**
   * @param tear what of it is there when the machine goes down, or the disk fails, within it
   * @param room whether it takes none, or all of it or nothing is there once room lacked
   */
  #write(
    life: Life,
    perform: () => unknown,
    tear: () => unknown,
    room: 'none' | 'some' | 'all' = 'some',
  ): Promise<void> {
    this.#underWay.add(tear);
    return life.calls(this.#chance.between(0.3, 4), 0.2, () => {
      this.#underWay.delete(tear);
      const fails = this.#weather.strikes('disk-error', 0.01);
      if ((this.isFull && room !== 'none') || fails) {
        // The failing part of a write may be its last, after which the new bytes are there.
        if (fails || room !== 'all') tear();
        throw fails ? broken() : full();
      }
      perform();
    });
  }

  #readAt(name: string, offset: number, length: number): Uint8Array {
    const file = this.#files.get(name);
    if (!file || offset + length > file.length)
      throw new Error(`${name} ends before byte ${offset + length}`);
    return new Uint8Array(file.bytes.subarray(offset, offset + length));
  }

  #writeAt(name: string, offset: number, data: Uint8Array, durable: boolean): void {
    const file = this.#files.get(name) ?? { bytes: Buffer.alloc(1024), length: 0, durable: 0 };
    if (file.length < offset) throw new Error(`${name} lost bytes`);
    const length = offset + data.length;
    if (file.bytes.length < length) {
      const grown = Buffer.alloc(length * 2);
      file.bytes.copy(grown, 0, 0, file.length);
      file.bytes = grown;
    }
    file.bytes.set(data, offset);
    file.length = length;
    file.durable = durable ? length : Math.min(file.durable, offset);
    this.#files.set(name, file);
  }

  #list(folder: string): string[] {
    const prefix = `${folder}/`;
    return [...this.#files.keys()]
      .filter((name) => name.startsWith(prefix))
      .map((name) => name.slice(prefix.length))
      .sort();
  }
}
