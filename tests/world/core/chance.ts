import { SeededRandom, seedOf } from '@keystone/agent/schedulers/simulated/workload/seeded-random.ts';

/** Chance for one purpose. */
export class Stream {
  readonly #random: SeededRandom;

  constructor(seed: number) {
    this.#random = new SeededRandom(seed);
  }

  /** In [0, 1). */
  next = (): number => this.#random.next();

  happens(probability: number): boolean {
    return probability > 0 && this.#random.next() < probability;
  }

  between(from: number, to: number): number {
    return this.#random.between(from, to);
  }

  /** A whole number, both ends included. */
  whole(from: number, to: number): number {
    return Math.floor(this.#random.between(from, to + 1));
  }

  /** Mostly near the median, at times far beyond it. */
  span(median: number, spread = 0.6): number {
    return this.#random.logNormal(median, spread);
  }

  pick<T>(choices: readonly [T, ...T[]]): T {
    return choices[Math.floor(this.#random.next() * choices.length)] ?? choices[0];
  }

  /** One of what may be nothing. */
  any<T>(choices: readonly T[]): T | undefined {
    return choices[Math.floor(this.#random.next() * choices.length)];
  }
}

/** Chance for all purposes; each has a stream of its own, so that to leave one fault out does not shuffle the others. */
export class Chance {
  readonly #seed: number;
  readonly #streams = new Map<string, Stream>();

  constructor(seed: number) {
    this.#seed = seed;
  }

  of(purpose: string): Stream {
    let stream = this.#streams.get(purpose);
    if (!stream) {
      stream = new Stream(seedOf(this.#seed, purpose));
      this.#streams.set(purpose, stream);
    }
    return stream;
  }
}
