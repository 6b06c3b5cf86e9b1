import type { QueuedMessage } from '@keystone/lambdas/workers/sqs-batch.ts';
import type { SQSBatchResponse } from 'aws-lambda';
import type { Chance, Stream } from '../core/chance.ts';
import { Life } from '../core/life.ts';
import type { Journal } from '../core/journal.ts';
import type { Weather } from '../core/weather.ts';
import type { WorldTime } from '../core/world-time.ts';

/** What an environment of a function runs. */
export type BatchHandler = (messages: readonly QueuedMessage[]) => Promise<readonly string[]>;

export interface PoolOptions {
  readonly name: string;
  readonly environments: number;
  readonly timeoutMs: number;
  /** Starts an environment: the module's top level. */
  readonly start: (life: Life) => BatchHandler;
}

interface Environment {
  readonly life: Life;
  readonly handler: BatchHandler;
  busy: boolean;
  /** Ends the invocation that it is at. */
  finish: (failed: ReadonlySet<string> | 'all') => void;
}

/** Environments of one function. Each may die at any call to the outside, or run out of time; another starts in its place. */
export class FunctionPool {
  readonly #options: PoolOptions;
  readonly #world: { time: WorldTime; weather: Weather; journal: Journal };
  readonly #chance: Stream;
  readonly #environments: Environment[] = [];
  readonly #onFree: (() => void)[] = [];
  #away = false;
  invocations = 0;
  crashes = 0;

  constructor(
    options: PoolOptions,
    world: { time: WorldTime; weather: Weather; chance: Chance; journal: Journal },
  ) {
    this.#options = options;
    this.#world = world;
    this.#chance = world.chance.of(`function ${options.name}`);
  }

  get visibilityMs(): number {
    return 6 * this.#options.timeoutMs;
  }

  get isFree(): boolean {
    if (this.#away) return false;
    return (
      this.#environments.length < this.#options.environments || this.#environments.some(({ busy }) => !busy)
    );
  }

  /** Every environment dies, and none starts until they may again. */
  leave(): void {
    this.#away = true;
    for (const { life } of [...this.#environments]) life.end();
  }

  comeBack(): void {
    this.#away = false;
    for (const call of this.#onFree) call();
  }

  onFree(call: () => void): void {
    this.#onFree.push(call);
  }

  /**
   * @param isDeadly whether the environment dies of it
   * @param done hears which messages have to come again
   */
  invoke(
    batch: readonly QueuedMessage[],
    isDeadly: boolean,
    done: (failed: ReadonlySet<string> | 'all') => void,
  ): void {
    const environment = this.#take();
    const { life } = environment;
    const { time, weather } = this.#world;
    this.invocations += 1;
    const stopTimer = time.after(this.#options.timeoutMs, () => life.end());
    const finish: Environment['finish'] = (failed) => {
      environment.finish = () => undefined;
      stopTimer();
      environment.busy = false;
      done(failed);
      for (const call of this.#onFree) call();
    };
    environment.finish = finish;
    if (isDeadly) life.endAtCall(this.#chance.whole(1, 4) / 2);
    else if (weather.strikes('lambda-crash', 0.04)) life.endAtCall(this.#chance.whole(1, 12) / 2);
    environment.handler(batch).then(
      (failed) => {
        life.endAtCall(Infinity);
        if (life.isAlive) environment.finish(new Set(failed));
      },
      () => {
        if (life.isAlive) environment.finish('all');
      },
    );
  }

  #take(): Environment {
    const free = this.#environments.find(({ busy }) => !busy);
    if (free) {
      free.busy = true;
      return free;
    }
    const life = new Life(this.#world.time);
    const handler = this.#options.start(life);
    const environment: Environment = { life, handler, busy: true, finish: () => undefined };
    this.#environments.push(environment);
    life.onEnd(() => this.#bury(environment));
    return environment;
  }

  #bury(environment: Environment): void {
    this.crashes += 1;
    this.#world.journal.note(this.#options.name, () => 'an environment died');
    this.#environments.splice(this.#environments.indexOf(environment), 1);
    this.#world.time.after(200, () => environment.finish('all'));
  }
}

/** What a Lambda handler answered, as ids. */
export const failuresOf = (answer: SQSBatchResponse): string[] =>
  answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
