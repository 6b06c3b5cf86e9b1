import type { Clock } from '@keystone/agent/clock/clock.ts';
import type { Life } from '../core/life.ts';
import type { WorldTime } from '../core/world-time.ts';

/** A machine's clock: it may be wrong, and be set. What waits goes by true time. */
export class MachineClock {
  readonly #time: WorldTime;
  #error = 0;
  #setAt: { readonly error: number; readonly until: number }[] = [];

  constructor(time: WorldTime) {
    this.#time = time;
  }

  /** How far it is ahead, in milliseconds. */
  get error(): number {
    return this.#error;
  }

  set error(milliseconds: number) {
    this.#setAt.push({ error: this.#error, until: this.#time.now });
    this.#error = milliseconds;
  }

  /**
   * Unix seconds as it has them now, and as it would have them if it had not been set.
   *
   * @param milliseconds within which it was set
   */
  readings(milliseconds: number): number[] {
    this.#setAt = this.#setAt.filter(({ until }) => until >= this.#time.now - milliseconds);
    return [this.#error, ...this.#setAt.map(({ error }) => error)].map(
      (error) => (this.#time.now + error) / 1000,
    );
  }

  handle(life: Life): Clock {
    return {
      now: () => Math.floor(this.#time.now + this.error),
      monotonic: () => this.#time.now,
      after: (milliseconds, call) => life.after(milliseconds, call),
    };
  }
}
