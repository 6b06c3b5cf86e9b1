import type { Item } from './expressions.ts';
import { idOf, type ItemChange } from './tables.ts';

/** An index as AWS has it: each item shows by itself, a while after its write. */
export class LateIndex {
  readonly #entries = new Map<string, Item>();
  readonly #coming: { at: number; id: string; item: Item | undefined }[] = [];

  /** @param at when the change will show */
  take({ table, pk, sk, after }: ItemChange, at: number): void {
    const item = after?.['gsi1pk'] && after['gsi1sk'] ? after : undefined;
    const id = idOf(table, pk, sk);
    if (item || this.#entries.has(id) || this.#coming.some((change) => change.id === id))
      this.#coming.push({ at, id, item });
  }

  /** All is there at once, and nothing else. */
  fill(table: string, items: readonly Item[]): void {
    this.#entries.clear();
    this.#coming.length = 0;
    for (const item of items)
      if (item['gsi1pk'] && item['gsi1sk'])
        this.#entries.set(idOf(table, String(item['pk']?.S), String(item['sk']?.S)), item);
  }

  /** Entries of a partition that show now, in order. */
  read(partition: string, now: number): Item[] {
    for (let index = 0; index < this.#coming.length;) {
      const change = this.#coming[index];
      if (!change || change.at > now) {
        index += 1;
        continue;
      }
      this.#coming.splice(index, 1);
      if (change.item) this.#entries.set(change.id, change.item);
      else this.#entries.delete(change.id);
    }
    const order = (item: Item) => `${item['gsi1sk']?.S}\n${item['pk']?.S}\n${item['sk']?.S}`;
    return [...this.#entries.values()]
      .filter((item) => item['gsi1pk']?.S === partition)
      .sort((a, b) => (order(a) < order(b) ? -1 : 1));
  }
}
