import type { Item, Store } from 'dynalite/db/index.js';
import type { Change } from './item-overlay.ts';
import { itemPrefix, under } from './key-space.ts';

/** DynamoDB leaves alone what expired longer ago than this: such a number is taken for a mistake. */
const oldest = 5 * 365 * 86_400;

type Tracked = { attribute: string; expires: Map<string, number> };

/**
 * Knows when the items of tables with a time to live expire, so that a sweep does not have to read the tables. It is
 * built by one pass over a table at start and kept up by every write.
 */
export class Expiry {
  readonly #store: Store;
  readonly #tables = new Map<string, Tracked>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** Starts to track a table, or stops where there is no attribute. */
  async track(table: string, attribute: string | undefined): Promise<void> {
    this.#tables.delete(table);
    if (attribute === undefined) return;
    const tracked: Tracked = { attribute, expires: new Map() };
    this.#tables.set(table, tracked);
    const prefix = itemPrefix(table);
    for await (const [key, item] of this.#store.db.iterator(under(prefix)))
      if (isItem(item)) note(tracked, key.slice(prefix.length), item);
  }

  /** Takes note of a write. */
  observe({ table, key, after }: Change): void {
    const tracked = this.#tables.get(table);
    if (tracked) note(tracked, key, after);
  }

  /** What has expired by `now` (seconds); the caller checks it again under a lock. */
  expired(now: number): { table: string; key: string }[] {
    return [...this.#tables].flatMap(([table, { expires }]) =>
      [...expires].filter(([, at]) => isExpired(at, now)).map(([key]) => ({ table, key })),
    );
  }

  /** True where this item has expired by `now` (seconds). */
  hasExpired(table: string, item: Item, now: number): boolean {
    const tracked = this.#tables.get(table);
    const at = tracked && expiryOf(item, tracked.attribute);
    return at !== undefined && isExpired(at, now);
  }
}

const isExpired = (at: number, now: number) => at <= now && at > now - oldest;

function note(tracked: Tracked, key: string, item: Item | undefined): void {
  const at = item && expiryOf(item, tracked.attribute);
  if (at === undefined) tracked.expires.delete(key);
  else tracked.expires.set(key, at);
}

function expiryOf(item: Item, attribute: string): number | undefined {
  const seconds = item[attribute]?.['N'];
  return typeof seconds === 'string' ? Number(seconds) : undefined;
}

/** What the database holds under the prefix of a table was written as an item. */
export function isItem(value: unknown): value is Item {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
