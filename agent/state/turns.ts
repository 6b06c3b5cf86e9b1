/** Lets one piece of work go on at a time, in the order in which they came. One that fails keeps no other back. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** @returns, or throws, what the work does */
  take<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work, work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}
