import {
  BatchGetItemCommand,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  type BatchGetItemCommandInput,
  type BatchGetItemCommandOutput,
  type QueryCommandInput,
  type QueryCommandOutput,
} from '@aws-sdk/client-dynamodb';
import type { Chance, Stream } from '../core/chance.ts';
import type { Life } from '../core/life.ts';
import type { Weather } from '../core/weather.ts';
import type { WorldTime } from '../core/world-time.ts';
import { holds, type Item } from './expressions.ts';
import { HotPartitions } from './hot-partitions.ts';
import { deleteOf, putOf, updateOf } from './item-writes.ts';
import { LateIndex } from './late-index.ts';
import { isRetryable, NoAnswerError, throttled, ValidationError } from './store-errors.ts';
import { idOf, keyOf, partitionOf, Tables, type ItemChange } from './tables.ts';
import { Transactions } from './transactions.ts';

/** What serves a request when it arrives. */
type Serve = (answer: (value: unknown) => void, fail: (error: unknown) => void) => void;

/** What every SDK client of the product is made with (lambdas/runtime/clients.ts). */
const ATTEMPTS = 3;
const ANSWER_MS = 5_000;

const $metadata = {};

/** Both tables behind the SDK's interface, nastier than AWS: slow, throttled, unsure, torn. */
export class WorldStore {
  readonly tables = new Tables();
  readonly hot: HotPartitions;
  /** Whether nothing of it answers. */
  isAway = false;
  readonly #time: WorldTime;
  readonly #weather: Weather;
  readonly #chance: Stream;
  readonly #transactions: Transactions;
  readonly #indexes = new Map<string, LateIndex>();

  constructor(time: WorldTime, chance: Chance, weather: Weather) {
    this.#time = time;
    this.#weather = weather;
    this.#chance = chance.of('store');
    this.hot = new HotPartitions(time);
    this.#transactions = new Transactions({
      time,
      hot: this.hot,
      weather,
      chance: chance.of('transactions'),
      tables: this.tables,
    });
    const lag = chance.of('index lag');
    this.tables.onCommit((changes) => {
      for (const change of changes)
        this.#indexOf(change.table).take(change, time.now + lag.between(0, 30_000));
    });
  }

  /** Sends a request as the SDK does, which sends some again by itself. */
  async send(life: Life, command: unknown): Promise<unknown> {
    // Where one answer was lost the next ones mostly are as well.
    let lost = false;
    for (let attempt = 1; ; attempt += 1) {
      lost = lost ? this.#chance.happens(0.7) : this.#weather.strikes('store-lost-answer', 0.015);
      try {
        return await this.#attempt(life, lost, (answer, fail) => this.#serve(command, answer, fail));
      } catch (error) {
        if (attempt === ATTEMPTS || !isRetryable(error)) throw error;
        await life.wait(this.#chance.between(0, 100 * 2 ** attempt));
      }
    }
  }

  /** Another table takes the place of one, with its index. */
  restore(table: string, items: readonly Item[]): void {
    this.tables.restore(table, items);
    this.#indexOf(table).fill(table, items);
  }

  /** Answers at once and truly: for checks, which are no part of the world. */
  ask(command: unknown): unknown {
    let found: unknown;
    this.#weather.quietly(() =>
      this.#serve(
        command,
        (value) => (found = value),
        (error) => {
          throw error;
        },
      ),
    );
    return found;
  }

  #attempt(life: Life, lost: boolean, serve: Serve): Promise<unknown> {
    const { span, between } = { span: this.#chance.span(4, 0.5), between: this.#chance.between(1, 4) };
    return life.call((answer, fail) => {
      if (this.isAway) {
        this.#time.after(ANSWER_MS, () => fail(new NoAnswerError('no answer')));
        return;
      }
      if (lost) {
        if (this.#chance.happens(0.6)) this.#time.after(span, () => serve(ignore, ignore));
        this.#time.after(ANSWER_MS, () => fail(new NoAnswerError('no answer')));
        return;
      }
      if (this.#weather.strikes('store-late-commit', 0.006)) {
        this.#time.after(ANSWER_MS + this.#chance.between(0, 60_000), () => serve(ignore, ignore));
        this.#time.after(ANSWER_MS, () => fail(new NoAnswerError('no answer')));
        return;
      }
      const slow = this.#weather.strikes('store-slow', 0.02) ? this.#chance.span(800, 1.2) : 0;
      if (slow > 0) this.#time.after(ANSWER_MS, () => fail(new NoAnswerError('no answer')));
      this.#time.after(span + slow, () => {
        serve(
          (value) => this.#time.after(between, () => answer(value)),
          (error) => this.#time.after(between, () => fail(error)),
        );
      });
    });
  }

  #serve(command: unknown, answer: (value: unknown) => void, fail: (error: unknown) => void): void {
    try {
      if (command instanceof TransactWriteItemsCommand) {
        const { TransactItems = [], ClientRequestToken } = command.input;
        const slow = this.#weather.strikes('store-slow', 0.05) ? this.#chance.span(700, 1) : 0;
        const duration = this.#chance.span(12, 0.5) + slow;
        this.#transactions.transact(
          TransactItems,
          ClientRequestToken,
          duration,
          () => answer({ $metadata }),
          fail,
        );
        return;
      }
      if (this.#weather.strikes('store-throttle', 0.005)) throw throttled();
      answer(this.#serveOne(command));
    } catch (error) {
      fail(error);
    }
  }

  #serveOne(command: unknown): unknown {
    const found = this.#read(command);
    if (found) return found;
    if (command instanceof PutItemCommand) {
      this.#transactions.write(putOf(command.input));
      return { $metadata };
    }
    if (command instanceof DeleteItemCommand) {
      this.#transactions.write(deleteOf(command.input));
      return { $metadata };
    }
    if (!(command instanceof UpdateItemCommand))
      throw new Error('the store of the world does not know this command');
    const change = this.#transactions.write(updateOf(command.input));
    return {
      $metadata,
      Attributes: command.input.ReturnValues === 'UPDATED_NEW' ? writtenOf(change) : undefined,
    };
  }

  #read(command: unknown): object | undefined {
    if (command instanceof GetItemCommand) {
      const { pk, sk } = keyOf(command.input.Key);
      this.hot.refuse(pk);
      return { $metadata, Item: this.tables.get(command.input.TableName ?? '', pk, sk) };
    }
    if (command instanceof BatchGetItemCommand) return this.#batch(command.input);
    if (command instanceof QueryCommand) return this.#query(command.input);
    if (command instanceof ScanCommand)
      return { $metadata, Items: [...this.tables.all(command.input.TableName ?? '')] };
    return undefined;
  }

  #batch({ RequestItems = {} }: BatchGetItemCommandInput): BatchGetItemCommandOutput {
    const Responses: Record<string, Item[]> = {};
    const UnprocessedKeys: NonNullable<BatchGetItemCommandOutput['UnprocessedKeys']> = {};
    for (const [table, { Keys = [] }] of Object.entries(RequestItems)) {
      if (Keys.length === 0 || Keys.length > 100) throw new ValidationError(`a batch of ${Keys.length} keys`);
      const short = this.#weather.strikes('store-short-pages', 0.05);
      const most = short ? this.#chance.whole(0, Keys.length) : Keys.length;
      const taken = Keys.filter((key, index) => index < most && !this.hot.isHot(keyOf(key).pk));
      // Where none of them is served at all it is an error.
      if (taken.length === 0 && !short) throw throttled();
      const left = Keys.filter((key) => !taken.includes(key));
      if (left.length > 0) UnprocessedKeys[table] = { Keys: left, ConsistentRead: true };
      Responses[table] = taken.flatMap((key) => {
        const { pk, sk } = keyOf(key);
        const item = this.#transactions.seen(idOf(table, pk, sk), this.tables.get(table, pk, sk));
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
    this.hot.refuse(partition);
    const all = index
      ? this.#indexOf(table).read(partition, this.#time.now)
      : this.#partition(table, partition);
    const found = all.filter((item) => holds(KeyConditionExpression, input, item));
    if (ScanIndexForward === false) found.reverse();
    const from = start
      ? found.findIndex((item) => isAfter(item, start, ScanIndexForward !== false, index))
      : 0;
    const rest = from === -1 ? [] : found.slice(from);
    const most = this.#weather.strikes('store-short-pages', 0.05) ? this.#chance.whole(1, 3) : Infinity;
    const Items = rest.slice(0, Math.min(input.Limit ?? Infinity, most));
    const last = Items.at(-1);
    if (!last || Items.length === rest.length) return { $metadata, Items };
    return { $metadata, Items, LastEvaluatedKey: last };
  }

  #partition(table: string, pk: string): Item[] {
    const items: Item[] = [];
    for (const [sk, item] of this.tables.partition(table, pk)) {
      const seen = this.#transactions.seen(idOf(table, pk, sk), item);
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

const ignore = () => undefined;

/** The attributes that an update wrote. */
function writtenOf({ before, after = {} }: ItemChange): Item {
  const written = Object.entries(after).filter(([name, value]) => value !== before?.[name]);
  return Object.fromEntries(written.filter(([name]) => name !== 'pk' && name !== 'sk'));
}

function isAfter(item: Item, start: Item, forward: boolean, index: boolean): boolean {
  const order = (key: Item) =>
    index ? `${key['gsi1sk']?.S}\n${key['pk']?.S}\n${key['sk']?.S}` : String(key['sk']?.S);
  return forward ? order(item) > order(start) : order(item) < order(start);
}
