import type { Chance } from './chance.ts';
import type { FaultKind } from './fault-kinds.ts';
import type { WorldTime } from './world-time.ts';

/** How often things go wrong, and that they do only while the storm lasts. */
export class Weather {
  readonly #chance: Chance;
  readonly #time: WorldTime;
  readonly #strength = new Map<FaultKind, number>();
  /** Faults so far, by kind. */
  readonly counts = new Map<FaultKind, number>();
  #from = Infinity;
  #until = Infinity;
  #quiet = false;

  constructor(time: WorldTime, chance: Chance, kinds: readonly FaultKind[]) {
    this.#time = time;
    this.#chance = chance;
    // Some faults are rare in a run and some thick: thick ones meet each other, rare ones leave room for what follows.
    for (const kind of kinds) this.#strength.set(kind, chance.of(`strength ${kind}`).pick([0.3, 1, 1, 3]));
  }

  /** Something that is no part of the world: no fault strikes it, and chance goes on as if it had not been. */
  quietly<T>(perform: () => T): T {
    this.#quiet = true;
    try {
      return perform();
    } finally {
      this.#quiet = false;
    }
  }

  /** The storm: from a moment up to another, Unix milliseconds. */
  rage(from: number, until: number): void {
    this.#from = from;
    this.#until = until;
  }

  get isCalm(): boolean {
    return this.#time.now < this.#from || this.#time.now >= this.#until;
  }

  get until(): number {
    return this.#until;
  }

  has(kind: FaultKind): boolean {
    return this.#strength.has(kind);
  }

  /** Whether a fault strikes now, of one that does so with this probability at usual strength. */
  strikes(kind: FaultKind, probability: number): boolean {
    const strength = this.#strength.get(kind);
    if (strength === undefined || this.isCalm || this.#quiet) return false;
    if (!this.#chance.of(kind).happens(Math.min(0.5, probability * strength))) return false;
    this.count(kind);
    return true;
  }

  count(kind: FaultKind): void {
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
  }

  /**
   * Has something strike at moments over the whole storm.
   *
   * @param everyMinutes on average, at usual strength
   */
  recurs(kind: FaultKind, everyMinutes: number, strike: () => void): void {
    const strength = this.#strength.get(kind);
    if (strength === undefined) return;
    const chance = this.#chance.of(`times ${kind}`);
    const next = (at: number): void => {
      const then = at + (-Math.log(1 - chance.next()) * everyMinutes * 60_000) / strength;
      if (then >= this.#until) return;
      this.#time.after(then - this.#time.now, () => {
        this.count(kind);
        strike();
        next(then);
      });
    };
    next(Math.max(this.#from, this.#time.now));
  }
}
