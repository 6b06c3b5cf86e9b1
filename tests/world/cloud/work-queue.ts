import type { QueuedMessage } from '@keystone/lambdas/workers/sqs-batch.ts';
import type { Chance, Stream } from '../core/chance.ts';
import type { Weather } from '../core/weather.ts';
import type { WorldTime } from '../core/world-time.ts';
import type { FunctionPool } from './function-pool.ts';

interface Message extends QueuedMessage {
  receives: number;
  state: 'open' | 'done' | 'dead';
}

const MOST_RECEIVES = 5;
const BATCH = 10;

/** A queue and the function that reads it, as SQS and Lambda have them together. */
export class WorkQueue {
  readonly name: string;
  readonly #time: WorldTime;
  readonly #weather: Weather;
  readonly #chance: Stream;
  readonly #pool: FunctionPool;
  readonly #waiting: Message[] = [];
  #count = 0;
  #polled = false;
  /** Messages that were received too often. */
  readonly dead: Message[] = [];
  /** Sent and neither done with nor dead. */
  open = 0;

  constructor(
    name: string,
    pool: FunctionPool,
    world: { time: WorldTime; weather: Weather; chance: Chance },
  ) {
    this.name = name;
    this.#pool = pool;
    this.#time = world.time;
    this.#weather = world.weather;
    this.#chance = world.chance.of(`queue ${name}`);
    pool.onFree(() => this.#poll());
  }

  send(body: string): void {
    this.#count += 1;
    const message: Message = { messageId: `${this.name}-${this.#count}`, body, receives: 0, state: 'open' };
    this.open += 1;
    const late = this.#weather.strikes('queue-delay', 0.03) ? this.#chance.span(60_000, 1) : 0;
    this.#show(message, this.#chance.between(5, 60) + late);
    // At least once: a copy is delivered though the first one was done with.
    if (this.#weather.strikes('queue-duplicate', 0.04))
      this.#show(message, this.#chance.pick([50, 1_000, 30_000]) * this.#chance.next() + 5);
  }

  /** What an operator does after a fault was mended. */
  redrive(): number {
    const dead = this.dead.splice(0);
    for (const message of dead) {
      message.receives = 0;
      message.state = 'open';
      this.open += 1;
      this.#show(message, 10);
    }
    return dead.length;
  }

  #show(message: Message, milliseconds: number): void {
    this.#time.after(milliseconds, () => {
      // Order is nobody's promise.
      if (this.#chance.happens(0.3)) this.#waiting.unshift(message);
      else this.#waiting.push(message);
      this.#poll();
    });
  }

  /** Messages that come at about the same moment are one batch. */
  #poll(): void {
    if (this.#polled || this.#waiting.length === 0) return;
    this.#polled = true;
    this.#time.after(this.#chance.between(1, 40), () => {
      this.#polled = false;
      const most = this.#chance.pick([1, 3, BATCH, BATCH]);
      if (this.#waiting.length === 0 || !this.#pool.isFree) return;
      this.#deliver(this.#waiting.splice(0, most));
      this.#poll();
    });
  }

  #deliver(received: Message[]): void {
    const batch = received.filter((message) => {
      message.receives += 1;
      if (message.receives > MOST_RECEIVES && message.state === 'open') {
        message.state = 'dead';
        this.dead.push(message);
        this.open -= 1;
      }
      return message.state !== 'dead';
    });
    if (batch.length === 0) return;
    const { visibilityMs } = this.#pool;
    // It shows again though its reader has not ended: two hold it then.
    if (this.#weather.strikes('queue-early-again', 0.05))
      for (const message of batch) this.#show(message, this.#chance.span(40, 1));
    const began = this.#time.now;
    const again = (message: Message) => {
      const left = began + visibilityMs - this.#time.now;
      this.#show(message, this.#chance.happens(0.5) ? left : this.#chance.between(0, 5_000));
    };
    this.#pool.invoke(batch, (failed) => {
      for (const message of batch) {
        if (message.state !== 'open') continue;
        if (failed === 'all' || failed.has(message.messageId)) again(message);
        else {
          message.state = 'done';
          this.open -= 1;
        }
      }
    });
  }
}
