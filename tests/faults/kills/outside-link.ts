import type {
  Change,
  DesiredAccount,
  Scheduler,
  SchedulerState,
} from '@keystone/agent/schedulers/scheduler.ts';
import { SchedulerUnavailable } from '@keystone/agent/schedulers/scheduler-errors.ts';
import { FakeScheduler } from '@keystone/agent/testing/fake-scheduler.ts';
import type { Session, Transport } from '@keystone/agent/transport/transport.ts';
import * as z from 'zod';
import { replySchema, type Answers, type Call, type Method } from './outside-calls.ts';

interface Waiting {
  resolve(answer: unknown): void;
  reject(reason: Error): void;
}

/** The agent's way out of its process: scheduler and broker are in the process that started it. */
export class OutsideLink {
  readonly #now: () => number;
  readonly #during: <T>(work: Promise<T>) => Promise<T>;
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Map<string, (payload: Uint8Array) => void>();
  #calls = 0;

  /** @param during told of each call that waits for its answer */
  constructor(now: () => number, during: <T>(work: Promise<T>) => Promise<T>) {
    this.#now = now;
    this.#during = during;
    process.on('message', (message) => this.#take(message));
  }

  readonly scheduler: Scheduler = {
    kind: 'fake',
    describe: () => this.#call('describe'),
    readState: (people) => this.#call('readState', [...people]),
    readCounters: (accounts) => this.#call('readCounters', accounts),
    // What differs is told as the double tells it.
    plan: (desired: readonly DesiredAccount[], state: SchedulerState) =>
      new FakeScheduler().plan(desired, state),
    apply: (changes: readonly Change[]) => this.#call('apply', changes),
    finishedRuns: (from, to) => this.#finishedRuns(from, to),
    queue: () => this.#call('queue'),
  };

  readonly transport: Transport = {
    connect: async (): Promise<Session> => {
      await this.#call('connect');
      const { promise: ended, resolve } = Promise.withResolvers<string>();
      return {
        ended,
        publish: async (topic, payload) => void (await this.#call('publish', { topic, payload })),
        subscribe: async (topic, onMessage) => {
          this.#listeners.set(topic, onMessage);
          await this.#call('subscribe', topic);
        },
        close: async () => resolve('closed'),
      };
    },
  };

  async *#finishedRuns(from: number, to: number) {
    yield* await this.#call('finishedRuns', { from, to });
  }

  #call<M extends Method>(method: M, argument?: unknown): Promise<Answers[M]> {
    const id = (this.#calls += 1);
    const answer = new Promise<unknown>((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    process.send?.({ id, at: this.#now(), method, argument } satisfies Call);
    return this.#during(answer.then((value) => z.custom<Answers[M]>().parse(value)));
  }

  #take(message: unknown): void {
    const reply = replySchema.parse(message);
    if ('topic' in reply) return this.#listeners.get(reply.topic)?.(reply.payload);
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if ('away' in reply) waiting?.reject(new SchedulerUnavailable(reply.away));
    else waiting?.resolve(reply.answer);
  }
}
