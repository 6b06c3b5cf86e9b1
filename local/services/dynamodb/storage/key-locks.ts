/**
 * Mutual exclusion by key. Whoever asks for several keys takes its place in all of their queues in one step, so that
 * two callers can never wait for each other.
 */
export class KeyLocks {
  readonly #tails = new Map<string, Promise<unknown>>();

  async run<T>(keys: Iterable<string>, work: () => Promise<T>): Promise<T> {
    const wanted = new Set(keys);
    const turn = Promise.withResolvers<undefined>();
    const before = [...wanted].map((key) => this.#tails.get(key));
    for (const key of wanted) this.#tails.set(key, turn.promise);
    try {
      await Promise.all(before);
      return await work();
    } finally {
      for (const key of wanted) if (this.#tails.get(key) === turn.promise) this.#tails.delete(key);
      turn.resolve(undefined);
    }
  }
}
