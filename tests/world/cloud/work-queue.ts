import type { QueuedMessage } from '@keystone/lambdas/workers/sqs-batch.ts';
import type { Chance, Stream } from '../core/chance.ts';
import type { Weather } from '../core/weather.ts';
import type { WorldTime } from '../core/world-time.ts';
import type { FunctionPool } from './function-pool.ts';

interface Message extends QueuedMessage {
  receives: number;
  /** When it was to be shown first. */
  since: number;
  state: 'open' | 'done' | 'dead';
}

/** What an agent sends anew comes in an envelope of another moment. */
const contentOf = (body: string) => /"data":"([^"]+)"/.exec(body)?.[1] ?? body;

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
  /** What of a message stays the same when it is sent anew: its function dies of these. */
  readonly #deadly = new Set<string>();
  #poisonsNext = false;
  readonly #open = new Set<Message>();
  #count = 0;
  #buried = 0;
  #polled = false;
  /** Hears of what a function has done with. */
  onDone: (body: string) => void = () => undefined;
  /** Messages that were received too often. */
  readonly dead: Message[] = [];

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
    const messageId = `${this.name}-${this.#count}`;
    const late = this.#weather.strikes('queue-delay', 0.03) ? this.#chance.span(60_000, 1) : 0;
    const message: Message = { messageId, body, receives: 0, state: 'open', since: this.#time.now + late };
    this.#open.add(message);
    if (this.#poisonsNext) this.#deadly.add(contentOf(body));
    this.#poisonsNext = false;
    this.#show(message, this.#chance.between(5, 60) + late);
    // At least once: a copy is delivered though the first one was done with.
    if (this.#weather.strikes('queue-duplicate', 0.04))
      this.#show(message, this.#chance.pick([50, 1_000, 30_000]) * this.#chance.next() + 5);
  }

  /** How often a message was given up on. */
  get buried(): number {
    return this.#buried;
  }

  /** The function will die of the next message, however often that is sent. */
  poisonNext(): void {
    this.#poisonsNext = true;
  }

  /** What an operator does, who mends the function first. */
  redrive(): void {
    this.#deadly.clear();
    this.#poisonsNext = false;
    for (const message of this.dead.splice(0)) {
      message.receives = 0;
      message.state = 'open';
      message.since = this.#time.now;
      this.#open.add(message);
      this.#show(message, 10);
    }
  }

  /** Messages that came before a moment, and that are neither done with nor dead. */
  openBefore(moment: number): string[] {
    return [...this.#open].filter(({ since }) => since < moment).map(({ messageId }) => messageId);
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
        this.#open.delete(message);
        this.#buried += 1;
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
    const isDeadly = batch.some(({ body }) => this.#deadly.has(contentOf(body)));
    this.#pool.invoke(batch, isDeadly, (failed) => {
      for (const message of batch) {
        if (message.state !== 'open') continue;
        if (failed === 'all' || failed.has(message.messageId)) again(message);
        else {
          message.state = 'done';
          this.onDone(message.body);
          this.#open.delete(message);
        }
      }
    });
  }
}
