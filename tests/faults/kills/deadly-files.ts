import { writeSync } from 'node:fs';
import files, { type FileHandle } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { relative } from 'node:path';
import { placeOf, type Doom, type Place } from './kill-plan.ts';

/** What this process says last: within what it was killed. */
export interface LastWords {
  place: Place;
  step: string;
  /** Of a write: how many bytes are there, of how many. */
  bytes?: number;
  of?: number;
}

/**
 * Has this process killed within one of its own calls to the file system, below `folder`: before or after a step that
 * has no parts, or with any number of a write's bytes in the file. The code that writes is the agent's own.
 */
export function makeFilesDeadly(folder: string, doom: Doom): void {
  if (doom.kind === 'within') new DeadlyFiles(folder, doom).install();
}

class DeadlyFiles {
  readonly #folder: string;
  readonly #doom: Extract<Doom, { kind: 'within' }>;
  #steps = 0;

  constructor(folder: string, doom: Extract<Doom, { kind: 'within' }>) {
    this.#folder = folder;
    this.#doom = doom;
  }

  install(): void {
    const { open, rename, unlink, link, writeFile } = files;
    Object.assign(files, {
      open: async (path: string, flags: string | number, mode?: number) => {
        if (flags === 'r') return open(path, flags);
        return this.#deadly(path, await this.#step(path, 'open', () => open(path, flags, mode)));
      },
      rename: (from: string, to: string) => this.#step(to, 'rename', () => rename(from, to)),
      unlink: (path: string) => this.#step(path, 'unlink', () => unlink(path)),
      link: (from: string, to: string) => this.#step(to, 'link', () => link(from, to)),
      writeFile: (path: string, data: string, options: { mode: number }) =>
        this.#write(path, Buffer.from(data), (part) => writeFile(path, part, options)),
    });
    syncBuiltinESMExports();
  }

  /** The same open file, whose writing steps may be the last. */
  #deadly(path: string, file: FileHandle): FileHandle {
    const deadly: FileHandle = Object.create(file);
    return Object.assign(deadly, {
      write: (data: Uint8Array, at: number, length: number, position: number) =>
        this.#write(path, data.subarray(at, at + length), (part) =>
          file.write(part, 0, part.length, position),
        ),
      writeFile: (data: Uint8Array) => this.#write(path, data, (part) => file.writeFile(part)),
      truncate: (length: number) => this.#step(path, 'truncate', () => file.truncate(length)),
      sync: () => this.#step(path, 'sync', () => file.sync()),
      datasync: () => this.#step(path, 'sync', () => file.datasync()),
      stat: () => file.stat(),
      close: () => file.close(),
      [Symbol.asyncDispose]: () => file.close(),
    });
  }

  async #step<T>(path: string, step: string, perform: () => Promise<T>): Promise<T> {
    if (!this.#isDue(path)) return perform();
    if (this.#doom.share >= 0.5) await perform();
    return this.#die({
      place: this.#doom.place,
      step: `${step}, ${this.#doom.share >= 0.5 ? 'after' : 'before'}`,
    });
  }

  async #write<T>(path: string, data: Uint8Array, perform: (part: Uint8Array) => Promise<T>): Promise<T> {
    if (!this.#isDue(path)) return perform(data);
    const bytes = Math.floor(this.#doom.share * (data.length + 1));
    if (bytes > 0) await perform(data.subarray(0, bytes));
    return this.#die({ place: this.#doom.place, step: 'write', bytes, of: data.length });
  }

  #isDue(path: string): boolean {
    if (placeOf(relative(this.#folder, path)) !== this.#doom.place) return false;
    this.#steps += 1;
    return this.#steps === this.#doom.step;
  }

  /** The signal is there before kill(2) returns. */
  #die(words: LastWords): never {
    writeSync(1, `${JSON.stringify({ last: words })}\n`);
    process.kill(process.pid, 'SIGKILL');
    throw new Error('still alive');
  }
}
