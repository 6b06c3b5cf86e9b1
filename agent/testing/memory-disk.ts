import type { Disk } from '../state/disk.ts';

/** The machine went down within a write. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

interface File {
  bytes: Uint8Array;
  /** How many of them outlast a crash for certain. */
  durable: number;
}

/** A disk that can be full, and that can crash within any write; a crash keeps what was durable and any part of the rest. */
export class MemoryDisk implements Disk {
  #files = new Map<string, File>();
  /** Writes until the crash; Infinity for none. */
  writesLeft = Infinity;
  /** What of a torn write, and of bytes that were not durable, a crash leaves: a share in [0, 1]. */
  tear = 0;
  full = false;
  #down = false;

  /** Up again after a crash, with what it left. */
  restart(): void {
    for (const file of this.#files.values()) {
      const kept = file.durable + Math.floor((file.bytes.length - file.durable) * this.tear);
      file.bytes = file.bytes.slice(0, kept);
      file.durable = kept;
    }
    this.writesLeft = Infinity;
    this.#down = false;
  }

  /** @returns what sets the disk back to what it holds now */
  snapshot(): () => void {
    const copy = (files: ReadonlyMap<string, File>) =>
      new Map([...files].map(([name, { bytes, durable }]) => [name, { bytes: bytes.slice(), durable }]));
    const kept = copy(this.#files);
    return () => {
      this.#files = copy(kept);
    };
  }

  async read(name: string): Promise<Uint8Array | undefined> {
    return this.#files.get(name)?.bytes.slice();
  }

  async readAt(name: string, offset: number, length: number): Promise<Uint8Array> {
    const bytes = this.#files.get(name)?.bytes ?? new Uint8Array();
    if (offset + length > bytes.length) throw new Error(`${name} ends before byte ${offset + length}`);
    return bytes.slice(offset, offset + length);
  }

  async replace(name: string, data: Uint8Array): Promise<void> {
    this.#step(() => {
      if (this.tear >= 0.5) this.#files.set(name, { bytes: data.slice(), durable: data.length });
    });
    this.#files.set(name, { bytes: data.slice(), durable: data.length });
  }

  async writeAt(name: string, offset: number, data: Uint8Array, durable: boolean): Promise<void> {
    const file = this.#files.get(name) ?? { bytes: new Uint8Array(), durable: 0 };
    if (file.bytes.length < offset) throw new Error(`${name} lost bytes`);
    // The failing part of a write may be its last, after which all bytes are there.
    const part = Math.floor(data.length * this.tear);
    const write = (count: number, lasting: boolean): void => {
      const bytes = Buffer.concat([file.bytes.subarray(0, offset), data.subarray(0, Math.max(0, count))]);
      const kept = lasting ? bytes.length : Math.min(file.durable, offset);
      this.#files.set(name, { bytes, durable: kept });
    };
    this.#step(
      () => write(part, false),
      () => write(part, false),
      data.length > 0,
    );
    write(data.length, durable);
  }

  async list(folder: string): Promise<string[]> {
    const prefix = `${folder}/`;
    return [...this.#files.keys()]
      .filter((name) => name.startsWith(prefix))
      .map((name) => name.slice(prefix.length))
      .sort();
  }

  async remove(name: string): Promise<void> {
    this.#step(() => this.tear >= 0.5 && this.#files.delete(name));
    this.#files.delete(name);
  }

  /** Damages a file as a bad medium does. */
  flipByte(name: string, at: number): void {
    const file = this.#files.get(name);
    if (file) file.bytes[at] = (file.bytes[at] ?? 0) ^ 0xff;
  }

  #step(crash: () => unknown, whenFull: () => unknown = () => undefined, takesRoom = true): void {
    if (this.#down) throw new Crash('the machine is down');
    if (this.writesLeft <= 0) {
      this.#down = true;
      crash();
      throw new Crash('the machine went down');
    }
    this.writesLeft -= 1;
    if (!this.full || !takesRoom) return;
    whenFull();
    throw new Error('ENOSPC: no space left on device');
  }
}
