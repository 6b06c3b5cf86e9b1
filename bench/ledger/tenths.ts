/** Tells after which jobs another tenth of all is done. */
export class Tenths {
  readonly #jobs: number;
  #done = 0;

  constructor(jobs: number) {
    this.#jobs = jobs;
  }

  /** @returns how many tenths are done, where these jobs complete one; else undefined */
  add(jobs: number): number | undefined {
    const before = this.#tenths;
    this.#done += jobs;
    return this.#tenths === before ? undefined : this.#tenths;
  }

  get done(): number {
    return this.#done;
  }

  get #tenths(): number {
    return Math.floor((10 * this.#done) / this.#jobs);
  }
}

/** What was noted after half of the jobs, and after all. @throws Error where there were too few jobs for it */
export function endsOf<T>(noted: ReadonlyMap<number, T>): { half: T; late: T } {
  const [half, late] = [noted.get(5), noted.get(10)];
  if (half === undefined || late === undefined)
    throw new Error('memory was not looked at after half of the jobs; take a larger --size');
  return { half, late };
}
