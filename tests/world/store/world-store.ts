import {
  DeleteItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Chance, Stream } from '../core/chance.ts';
import type { Life } from '../core/life.ts';
import type { Weather } from '../core/weather.ts';
import type { WorldTime } from '../core/world-time.ts';
import type { Item } from './expressions.ts';
import { HotPartitions } from './hot-partitions.ts';
import { deleteOf, putOf, updateOf } from './item-writes.ts';
import { Readings } from './readings.ts';
import { isRetryable, NoAnswerError, throttled } from './store-errors.ts';
import { Tables, type ItemChange } from './tables.ts';
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
  readonly #readings: Readings;

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
    this.#readings = new Readings({
      time,
      weather,
      chance: this.#chance,
      tables: this.tables,
      hot: this.hot,
      transactions: this.#transactions,
    });
    const lag = chance.of('index lag');
    this.tables.onCommit((changes) => {
      for (const change of changes) this.#readings.take(change, time.now + lag.between(0, 30_000));
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
    this.#readings.fillIndex(table, items);
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
    const found = this.#readings.read(command);
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
}

const ignore = () => undefined;

/** The attributes that an update wrote. */
function writtenOf({ before, after = {} }: ItemChange): Item {
  const written = Object.entries(after).filter(([name, value]) => value !== before?.[name]);
  return Object.fromEntries(written.filter(([name]) => name !== 'pk' && name !== 'sk'));
}
