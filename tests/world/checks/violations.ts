import type { WorldTime } from '../core/world-time.ts';

export interface Violation {
  readonly check: string;
  readonly detail: string;
  /** Unix milliseconds of the world. */
  readonly at: number;
}

/** What must never be, and was seen. */
export class Violations {
  readonly #time: WorldTime;
  readonly found: Violation[] = [];

  constructor(time: WorldTime) {
    this.#time = time;
  }

  add(check: string, detail: string): void {
    if (this.found.length < 20) this.found.push({ check, detail, at: this.#time.now });
  }
}
