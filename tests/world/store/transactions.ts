import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { Stream } from '../core/chance.ts';
import type { Weather } from '../core/weather.ts';
import type { WorldTime } from '../core/world-time.ts';
import type { Item } from './expressions.ts';
import type { HotPartitions } from './hot-partitions.ts';
import { actionOf, changeOf, sizeOf, type ItemWrite } from './item-writes.ts';
import {
  cancelled,
  conditionFailed,
  inProgress,
  tokenMismatch,
  ValidationError,
  writeConflict,
} from './store-errors.ts';
import type { ItemChange, Tables } from './tables.ts';

const MOST_ACTIONS = 100;
const MOST_BYTES = 4 * 1024 * 1024;
const TOKEN_MS = 10 * 60_000;

interface KnownToken {
  readonly items: readonly TransactWriteItem[];
  running: boolean;
  until: number;
}

export interface TransactionsParts {
  readonly time: WorldTime;
  readonly weather: Weather;
  readonly chance: Stream;
  readonly hot: HotPartitions;
  readonly tables: Tables;
}

/**
 * Transactions as AWS has them: they take time, and whatever meets an item of one under way is turned away, never made to
 * wait.
 */
export class Transactions {
  readonly #parts: TransactionsParts;
  readonly #taken = new Set<string>();
  readonly #tokens = new Map<string, KnownToken>();
  /** Items of which a query may still see what was before, until a moment. */
  readonly #torn = new Map<string, { before: Item | undefined; until: number }>();

  constructor(parts: TransactionsParts) {
    this.#parts = parts;
  }

  /** A plain write. */
  write(write: ItemWrite): ItemChange {
    this.#parts.hot.refuse(write.pk);
    if (this.#taken.has(write.id)) throw writeConflict();
    const change = changeOf(this.#parts.tables, write);
    if (change === 'condition-failed') throw conditionFailed();
    this.#parts.tables.commit([change]);
    return change;
  }

  transact(
    items: readonly TransactWriteItem[],
    token: string | undefined,
    duration: number,
    answer: () => void,
    fail: (error: unknown) => void,
  ): void {
    const { time } = this.#parts;
    try {
      if (token !== undefined && this.#isDone(token, items)) return answer();
      const writes = checked(items);
      const changes = this.#prepare(writes);
      for (const { id } of writes) this.#taken.add(id);
      if (token !== undefined) this.#tokens.set(token, { items, running: true, until: Infinity });
      time.after(duration, () => {
        for (const { id } of writes) this.#taken.delete(id);
        if (token !== undefined)
          this.#tokens.set(token, { items, running: false, until: time.now + TOKEN_MS });
        this.#tear(writes, changes);
        this.#parts.tables.commit(changes);
        answer();
      });
    } catch (error) {
      fail(error);
    }
  }

  /** What a read that is no single item's sees of one: for a moment after a transaction it may be what was before. */
  seen(id: string, item: Item | undefined): Item | undefined {
    const torn = this.#torn.get(id);
    if (!torn) return item;
    if (torn.until <= this.#parts.time.now) {
      this.#torn.delete(id);
      return item;
    }
    return this.#parts.weather.strikes('store-torn-read', 0.3) ? torn.before : item;
  }

  #isDone(token: string, items: readonly TransactWriteItem[]): boolean {
    const known = this.#tokens.get(token);
    if (!known || known.until <= this.#parts.time.now) return false;
    if (known.items !== items && JSON.stringify(known.items) !== JSON.stringify(items)) throw tokenMismatch();
    if (known.running) throw inProgress();
    return true;
  }

  #prepare(writes: readonly ItemWrite[]): ItemChange[] {
    const { weather, chance, hot, tables } = this.#parts;
    const outcomes = writes.map((write) =>
      this.#taken.has(write.id) ? 'conflict' : changeOf(tables, write),
    );
    const short = weather.strikes('store-throttle', 0.02) ? chance.whole(0, writes.length - 1) : -1;
    const codes = outcomes.map((outcome, index) => {
      if (index === short || hot.isHot(writes[index]?.pk ?? '')) return 'ThrottlingError';
      if (outcome === 'conflict') return 'TransactionConflict';
      return outcome === 'condition-failed' ? 'ConditionalCheckFailed' : 'None';
    });
    if (codes.some((code) => code !== 'None')) throw cancelled(codes);
    return outcomes.flatMap((outcome) => (typeof outcome === 'string' ? [] : [outcome]));
  }

  /** Only until it is answered: then every strongly consistent read shows it. */
  #tear(writes: readonly ItemWrite[], changes: readonly ItemChange[]): void {
    const { weather, time } = this.#parts;
    if (!weather.has('store-torn-read') || weather.isCalm) return;
    writes.forEach(({ id }, index) => {
      this.#torn.set(id, { before: changes[index]?.before, until: time.now + 1 });
    });
  }
}

function checked(items: readonly TransactWriteItem[]): ItemWrite[] {
  if (items.length === 0 || items.length > MOST_ACTIONS)
    throw new ValidationError(`a transaction of ${items.length} actions`);
  const writes = items.map(actionOf);
  if (new Set(writes.map(({ id }) => id)).size < writes.length)
    throw new ValidationError('Transaction request cannot include multiple operations on one item');
  const bytes = items.reduce((sum, { Put }) => sum + (Put ? sizeOf(Put.Item) : 0), 0);
  if (bytes > MOST_BYTES) throw new ValidationError('The aggregate size of the items exceeds 4 MB');
  return writes;
}
