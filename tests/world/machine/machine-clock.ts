import type { Clock } from '@keystone/agent/clock/clock.ts';
import type { Life } from '../core/life.ts';
import type { WorldTime } from '../core/world-time.ts';

/** A machine's clock: it may be wrong, and be set. What waits goes by true time. */
export class MachineClock {
  readonly #time: WorldTime;
  /** How far it is ahead, in milliseconds. */
  error = 0;

  constructor(time: WorldTime) {
    this.#time = time;
  }

  handle(life: Life): Clock {
    return {
      now: () => Math.floor(this.#time.now + this.error),
      monotonic: () => this.#time.now,
      after: (milliseconds, call) => life.after(milliseconds, call),
    };
  }
}
