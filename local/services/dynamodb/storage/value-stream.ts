import { Readable } from 'node:stream';
import type { Iterator } from 'dynalite/db/index.js';

/** Entries fetched from LevelDB at a time: dynalite's own stream takes one, and a query spends its time on that. */
const batch = 100;

/** The values of a range as the stream that dynalite's queries read. */
export class ValueStream extends Readable {
  readonly #iterator: Iterator;

  constructor(iterator: Iterator) {
    super({ objectMode: true, highWaterMark: batch });
    this.#iterator = iterator;
  }

  override _read(): void {
    this.#iterator.nextv(batch).then(
      (values) => {
        if (values.length === 0) this.push(null);
        for (const value of values) this.push(value);
      },
      (error: unknown) => this.destroy(error instanceof Error ? error : new Error(String(error))),
    );
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#iterator.close().then(
      () => {
        done(error);
      },
      () => {
        done(error);
      },
    );
  }
}
