import type { Operation, Store } from 'dynalite/db/index.js';
import * as z from 'zod';
import { lagPrefix, under } from './key-space.ts';

type Waiting = { place: string; due: number; operation: Operation };

const waitingShape = z.object({
  due: z.number(),
  operation: z.discriminatedUnion('type', [
    z.object({ type: z.literal('put'), key: z.string(), value: z.unknown() }),
    z.object({ type: z.literal('del'), key: z.string() }),
  ]),
});

/** Index operations as they go into the batch of their item. */
type Staged = { operations: Operation[]; later: Waiting[] };

/**
 * Lets global secondary indexes fall behind their tables, entry by entry, as they do on AWS. What an index has still
 * to take in lies in the database beside the write itself, so that nothing is lost when the process dies. Due entries
 * are taken in by `catchUp`, which every read of an index calls first: no timer runs.
 */
export class IndexLag {
  readonly #store: Store;
  readonly #clock: () => number;
  readonly #delay: () => number;
  #waiting: Waiting[];
  /** For each index entry that has writes ahead of it: how many, and when the newest may be taken in. */
  readonly #ahead = new Map<string, { count: number; due: number }>();
  #sequence: number;
  #work: Promise<void> = Promise.resolve();

  private constructor(store: Store, waiting: Waiting[], clock: () => number, delay: () => number) {
    this.#store = store;
    this.#clock = clock;
    this.#delay = delay;
    this.#waiting = waiting;
    this.#sequence = Number(waiting.at(-1)?.place.slice(lagPrefix.length) ?? 0);
    for (const { due, operation } of waiting) this.#queue(operation.key, due);
  }

  static async open(store: Store, clock: () => number, delay: () => number): Promise<IndexLag> {
    const waiting: Waiting[] = [];
    for await (const [place, value] of store.db.iterator(under(lagPrefix)))
      waiting.push({ place, ...waitingShape.parse(value) });
    return new IndexLag(store, waiting, clock, delay);
  }

  /**
   * What to write now for these index operations: themselves, or notes of what is due later. The operations of one
   * entry keep their order, whatever delays they draw. Follow it with `written` when the batch is in the database.
   */
  stage(operations: readonly Operation[]): Staged {
    const staged: Staged = { operations: [], later: [] };
    for (const operation of operations) {
      const delay = this.#delay();
      const ahead = this.#ahead.get(operation.key);
      if (delay <= 0 && !ahead) {
        staged.operations.push(operation);
        continue;
      }
      const due = Math.max(this.#clock() + delay, ahead?.due ?? 0);
      const place = lagPrefix + String(++this.#sequence).padStart(15, '0');
      this.#queue(operation.key, due);
      staged.later.push({ place, due, operation });
      staged.operations.push({ type: 'put', key: place, value: { due, operation } });
    }
    return staged;
  }

  /** The batch is written: from now on what it left for later can be taken in. */
  written(staged: Staged): void {
    this.#waiting.push(...staged.later);
  }

  /** Brings the indexes up to the present: takes in everything that is due by now. */
  catchUp(): Promise<void> {
    if (this.#waiting.length > 0) this.#work = this.#work.then(() => this.#takeIn());
    return this.#work;
  }

  #queue(key: string, due: number): void {
    this.#ahead.set(key, { count: (this.#ahead.get(key)?.count ?? 0) + 1, due });
  }

  async #takeIn(): Promise<void> {
    const now = this.#clock();
    const due = this.#waiting.filter((waiting) => waiting.due <= now);
    if (due.length === 0) return;
    await this.#store.db.batch(
      due.flatMap(({ place, operation }): Operation[] => [operation, { type: 'del', key: place }]),
    );
    const done = new Set(due);
    this.#waiting = this.#waiting.filter((waiting) => !done.has(waiting));
    for (const { operation } of due) {
      const ahead = this.#ahead.get(operation.key);
      if (ahead && ahead.count > 1) ahead.count -= 1;
      else this.#ahead.delete(operation.key);
    }
  }
}
