import type { Item, Terms } from './expressions.ts';
import { parseCondition, type Condition } from './expression-parser.ts';
import { ValidationError } from './store-errors.ts';

/** A write of one item as it took effect. */
export interface ItemChange {
  readonly table: string;
  readonly pk: string;
  readonly sk: string;
  readonly before: Item | undefined;
  readonly after: Item | undefined;
}

interface Partition {
  readonly items: Map<string, Item>;
  /** Sort keys in order, or undefined where one was added since. */
  order: string[] | undefined;
}

export const idOf = (table: string, pk: string, sk: string) => `${table}\n${pk}\n${sk}`;

export function keyOf(key: Item | undefined): { pk: string; sk: string } {
  const [pk, sk] = [key?.['pk']?.S, key?.['sk']?.S];
  if (pk === undefined || sk === undefined || pk === '' || sk === '')
    throw new ValidationError('The provided key element does not match the schema');
  return { pk, sk };
}

/** What the tables hold, and whoever is told of each change. */
export class Tables {
  readonly #tables = new Map<string, Map<string, Partition>>();
  readonly #listeners: ((changes: readonly ItemChange[]) => void)[] = [];

  /** Hears of each write and each whole transaction at the moment at which it takes effect. */
  onCommit(listener: (changes: readonly ItemChange[]) => void): void {
    this.#listeners.push(listener);
  }

  get(table: string, pk: string, sk: string): Item | undefined {
    return this.#tables.get(table)?.get(pk)?.items.get(sk);
  }

  commit(changes: readonly ItemChange[]): void {
    for (const { table, pk, sk, after } of changes) this.#set(table, pk, sk, after);
    for (const listener of this.#listeners) listener(changes);
  }

  /** Items of a partition in order. */
  *partition(table: string, pk: string): Iterable<[string, Item]> {
    const partition = this.#tables.get(table)?.get(pk);
    if (!partition) return;
    partition.order ??= [...partition.items.keys()].sort();
    for (const sk of partition.order) {
      const item = partition.items.get(sk);
      if (item) yield [sk, item];
    }
  }

  /** Everything that a table holds now. */
  snapshot(table: string): readonly Item[] {
    return [...this.all(table)];
  }

  /** A table that holds this and nothing else takes the place of one; it is no commit. */
  restore(table: string, items: readonly Item[]): void {
    this.#tables.delete(table);
    for (const item of items) {
      const { pk, sk } = keyOf(item);
      this.#set(table, pk, sk, item);
    }
  }

  *all(table: string): Iterable<Item> {
    for (const { items } of this.#tables.get(table)?.values() ?? []) yield* items.values();
  }

  #set(table: string, pk: string, sk: string, item: Item | undefined): void {
    const partitions = this.#tables.get(table) ?? new Map<string, Partition>();
    this.#tables.set(table, partitions);
    const partition = partitions.get(pk) ?? { items: new Map<string, Item>(), order: undefined };
    if (item) {
      if (!partition.items.has(sk)) partition.order = undefined;
      partition.items.set(sk, item);
      partitions.set(pk, partition);
      return;
    }
    if (partition.items.delete(sk)) partition.order = undefined;
    if (partition.items.size === 0) partitions.delete(pk);
  }
}

/** The partition that a key condition names. */
export function partitionOf(expression: string | undefined, terms: Terms, attribute: string): string {
  const condition = parseCondition(expression ?? '');
  const parts: readonly Condition[] = condition.kind === 'and' ? condition.of : [condition];
  for (const part of parts) {
    if (part.kind !== 'compare' || part.how !== '=') continue;
    const [name, value] = part.of;
    if (name.kind !== 'name' || name.text !== attribute || value.kind !== 'value') continue;
    const text = terms.ExpressionAttributeValues?.[value.text]?.S;
    if (text !== undefined) return text;
  }
  throw new ValidationError(`Query condition missed key schema element: ${attribute}`);
}
