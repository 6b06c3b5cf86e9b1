import {
  BatchGetItemCommand,
  GetItemCommand,
  QueryCommand,
  ScanCommand,
  type BatchGetItemCommandInput,
  type BatchGetItemCommandOutput,
  type QueryCommandInput,
  type QueryCommandOutput,
} from '@aws-sdk/client-dynamodb';
import type { Stream } from '../core/chance.ts';
import type { Weather } from '../core/weather.ts';
import type { WorldTime } from '../core/world-time.ts';
import { holds, type Item } from './expressions.ts';
import type { HotPartitions } from './hot-partitions.ts';
import { LateIndex } from './late-index.ts';
import { throttled, ValidationError } from './store-errors.ts';
import { idOf, keyOf, partitionOf, type ItemChange, type Tables } from './tables.ts';
import type { Transactions } from './transactions.ts';

export interface ReadingParts {
  readonly time: WorldTime;
  readonly weather: Weather;
  readonly chance: Stream;
  readonly tables: Tables;
  readonly hot: HotPartitions;
  readonly transactions: Transactions;
}

const $metadata = {};

/** Items, batches, queries and scans: torn where a transaction is under way, short at times, and indexes lie behind. */
export class Readings {
  readonly #parts: ReadingParts;
  readonly #indexes = new Map<string, LateIndex>();

  constructor(parts: ReadingParts) {
    this.#parts = parts;
  }

  /** The index of a table hears of a change. */
  take(change: ItemChange, at: number): void {
    this.#indexOf(change.table).take(change, at);
  }

  /** Another table takes the place of one. */
  fillIndex(table: string, items: readonly Item[]): void {
    this.#indexOf(table).fill(table, items);
  }

  /** @returns undefined where the command is no reading */
  read(command: unknown): object | undefined {
    if (command instanceof GetItemCommand) {
      const { pk, sk } = keyOf(command.input.Key);
      this.#parts.hot.refuse(pk);
      return { $metadata, Item: this.#parts.tables.get(command.input.TableName ?? '', pk, sk) };
    }
    if (command instanceof BatchGetItemCommand) return this.#batch(command.input);
    if (command instanceof QueryCommand) return this.#query(command.input);
    if (command instanceof ScanCommand)
      return { $metadata, Items: [...this.#parts.tables.all(command.input.TableName ?? '')] };
    return undefined;
  }

  #batch({ RequestItems = {} }: BatchGetItemCommandInput): BatchGetItemCommandOutput {
    const Responses: Record<string, Item[]> = {};
    const UnprocessedKeys: NonNullable<BatchGetItemCommandOutput['UnprocessedKeys']> = {};
    for (const [table, { Keys = [] }] of Object.entries(RequestItems)) {
      if (Keys.length === 0 || Keys.length > 100) throw new ValidationError(`a batch of ${Keys.length} keys`);
      const short = this.#parts.weather.strikes('store-short-pages', 0.05);
      const most = short ? this.#parts.chance.whole(0, Keys.length) : Keys.length;
      const taken = Keys.filter((key, index) => index < most && !this.#parts.hot.isHot(keyOf(key).pk));
      // Where none of them is served at all it is an error.
      if (taken.length === 0 && !short) throw throttled();
      const left = Keys.filter((key) => !taken.includes(key));
      if (left.length > 0) UnprocessedKeys[table] = { Keys: left, ConsistentRead: true };
      Responses[table] = taken.flatMap((key) => {
        const { pk, sk } = keyOf(key);
        const item = this.#parts.transactions.seen(
          idOf(table, pk, sk),
          this.#parts.tables.get(table, pk, sk),
        );
        return item ? [item] : [];
      });
    }
    return { $metadata, Responses, UnprocessedKeys };
  }

  #query(input: QueryCommandInput): QueryCommandOutput {
    const {
      TableName: table = '',
      KeyConditionExpression,
      ExclusiveStartKey: start,
      ScanIndexForward,
    } = input;
    const index = input.IndexName !== undefined;
    const partition = partitionOf(KeyConditionExpression, input, index ? 'gsi1pk' : 'pk');
    this.#parts.hot.refuse(partition);
    const all = index
      ? this.#indexOf(table).read(partition, this.#parts.time.now)
      : this.#partition(table, partition);
    const found = all.filter((item) => holds(KeyConditionExpression, input, item));
    if (ScanIndexForward === false) found.reverse();
    const from = start
      ? found.findIndex((item) => isAfter(item, start, ScanIndexForward !== false, index))
      : 0;
    const rest = from === -1 ? [] : found.slice(from);
    const most = this.#parts.weather.strikes('store-short-pages', 0.05)
      ? this.#parts.chance.whole(1, 3)
      : Infinity;
    const Items = rest.slice(0, Math.min(input.Limit ?? Infinity, most));
    const last = Items.at(-1);
    if (!last || Items.length === rest.length) return { $metadata, Items };
    return { $metadata, Items, LastEvaluatedKey: last };
  }

  #partition(table: string, pk: string): Item[] {
    const items: Item[] = [];
    for (const [sk, item] of this.#parts.tables.partition(table, pk)) {
      const seen = this.#parts.transactions.seen(idOf(table, pk, sk), item);
      if (seen) items.push(seen);
    }
    return items;
  }

  #indexOf(table: string): LateIndex {
    const index = this.#indexes.get(table) ?? new LateIndex();
    this.#indexes.set(table, index);
    return index;
  }
}

function isAfter(item: Item, start: Item, forward: boolean, index: boolean): boolean {
  const order = (key: Item) =>
    index ? `${key['gsi1sk']?.S}\n${key['pk']?.S}\n${key['sk']?.S}` : String(key['sk']?.S);
  return forward ? order(item) > order(start) : order(item) < order(start);
}
