import type { WorldTime } from './world-time.ts';

/**
 * A running process. Once it ended nothing of it goes on: what it waited for never answers. What it had sent before
 * arrives all the same.
 */
export class Life {
  readonly #time: WorldTime;
  #alive = true;
  #callsLeft = Infinity;
  readonly #onEnd: (() => void)[] = [];

  constructor(time: WorldTime) {
    this.#time = time;
  }

  get isAlive(): boolean {
    return this.#alive;
  }

  end(): void {
    if (!this.#alive) return;
    this.#alive = false;
    for (const call of this.#onEnd) call();
  }

  onEnd(call: () => void): void {
    this.#onEnd.push(call);
  }

  /** Dies at one of its next calls to the outside, before it is made or right after. */
  endAtCall(calls: number): void {
    this.#callsLeft = calls;
  }

  /**
   * A call to the outside.
   *
   * @param start makes it, and answers through `answer` or `fail`, whenever
   */
  call<T>(start: (answer: (value: T) => void, fail: (error: unknown) => void) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      if (!this.#passes()) return;
      start(
        (value) => {
          if (this.#alive) resolve(value);
        },
        (error) => {
          if (this.#alive) reject(error);
        },
      );
      this.#passes();
    });
  }

  /** A call whose effect comes after `there` milliseconds and its answer `back` milliseconds later. */
  calls<T>(there: number, back: number, perform: () => T): Promise<T> {
    return this.call((answer, fail) => {
      this.#time.after(there, () => {
        if (!this.#alive) return;
        try {
          const value = perform();
          this.#time.after(back, () => answer(value));
        } catch (error) {
          this.#time.after(back, () => fail(error));
        }
      });
    });
  }

  wait(milliseconds: number): Promise<void> {
    return this.call((answer) => void this.#time.after(milliseconds, () => answer(undefined)));
  }

  /** Calls once after so long, if it is alive then. */
  after(milliseconds: number, call: () => void): () => void {
    return this.#time.after(milliseconds, () => {
      if (this.#alive) call();
    });
  }

  #passes(): boolean {
    if (this.#alive && this.#callsLeft !== Infinity) {
      this.#callsLeft -= 0.5;
      if (this.#callsLeft <= 0) this.end();
    }
    return this.#alive;
  }
}
