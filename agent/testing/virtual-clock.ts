import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../clock/clock.ts';

interface Timer {
  at: number;
  order: number;
  call: () => void;
}

/** Time that moves when the test says so. Work that timers begin comes to rest before the next one rings. */
export class VirtualClock implements Clock {
  #elapsed = 0;
  #order = 0;
  readonly #timers = new Set<Timer>();
  /** Unix milliseconds at the beginning; a test that moves it makes the wall clock jump. */
  wall: number;
  readonly #settle: () => Promise<unknown>;

  /** @param settle waits until all that was begun has come to rest; by itself, what waits for nothing but promises */
  constructor(start = Date.parse('2026-03-01T12:00:00Z'), settle: () => Promise<unknown> = turn) {
    this.wall = start;
    this.#settle = settle;
  }

  now(): number {
    return this.wall + this.#elapsed;
  }

  monotonic(): number {
    return this.#elapsed;
  }

  after(ms: number, call: () => void): () => void {
    const timer = { at: this.#elapsed + Math.max(0, ms), order: (this.#order += 1), call };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Lets time pass; every timer within it rings in its turn. */
  async advance(ms: number): Promise<void> {
    const end = this.#elapsed + ms;
    await this.#settle();
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#timers.delete(next);
      this.#elapsed = Math.max(this.#elapsed, next.at);
      next.call();
      await this.#settle();
    }
    this.#elapsed = end;
  }

  #next(end: number): Timer | undefined {
    return [...this.#timers]
      .filter(({ at }) => at <= end)
      .sort((a, b) => a.at - b.at || a.order - b.order)[0];
  }
}
