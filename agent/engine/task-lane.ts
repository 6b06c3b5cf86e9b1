import { backoff, type BackoffLimits } from '../clock/backoff.ts';
import type { Clock, Random } from '../clock/clock.ts';

/** How a task that failed is tried again. */
const RETRY: BackoffLimits = { first: 5_000, longest: 60_000 };

export interface LaneTask {
  name: string;
  /** @returns milliseconds until it is due again, or null where it waits to be woken */
  run: () => Promise<number | null>;
}

export interface LaneDeps {
  clock: Clock;
  random: Random;
  onFailure: (task: string, error: unknown, failures: number) => void;
  onSuccess: (task: string) => void;
}

interface Entry {
  task: LaneTask;
  /** Monotonic milliseconds, or null while it waits to be woken. */
  due: number | null;
  failures: number;
}

/** Runs tasks one at a time, the one that is due longest first. A task that fails is tried again ever later. */
export class TaskLane {
  readonly #deps: LaneDeps;
  readonly #entries = new Map<string, Entry>();
  #stopped = false;
  #loop: Promise<void> = Promise.resolve();
  #wakeUp: () => void = () => undefined;

  constructor(deps: LaneDeps) {
    this.#deps = deps;
  }

  /** @param due whether it runs at the start, before tasks that were added later */
  add(task: LaneTask, due: boolean): void {
    this.#entries.set(task.name, { task, due: due ? this.#deps.clock.monotonic() : null, failures: 0 });
  }

  start(): void {
    this.#loop = this.#run();
  }

  /** Lets the task that runs come to its end. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wakeUp();
    await this.#loop;
  }

  /** Makes a task due within a time, unless it is sooner already. */
  wake(name: string, within = 0): void {
    const entry = this.#entries.get(name);
    if (!entry) throw new Error(`no task is named ${name}`);
    const due = this.#deps.clock.monotonic() + within;
    if (entry.due !== null && entry.due <= due) return;
    entry.due = due;
    this.#wakeUp();
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      const next = this.#next();
      const wait = next ? (next.due ?? 0) - this.#deps.clock.monotonic() : Infinity;
      if (next && wait <= 0) await this.#runOne(next);
      else await this.#sleep(wait);
    }
  }

  #next(): Entry | undefined {
    let first: Entry | undefined;
    for (const entry of this.#entries.values())
      if (entry.due !== null && (first === undefined || entry.due < (first.due ?? Infinity))) first = entry;
    return first;
  }

  async #runOne(entry: Entry): Promise<void> {
    entry.due = null;
    let delay: number | null;
    try {
      delay = await entry.task.run();
      entry.failures = 0;
      this.#deps.onSuccess(entry.task.name);
    } catch (error) {
      entry.failures += 1;
      this.#deps.onFailure(entry.task.name, error, entry.failures);
      delay = backoff(RETRY, entry.failures, this.#deps.random);
    }
    if (delay !== null) this.wake(entry.task.name, delay);
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = ms === Infinity ? undefined : this.#deps.clock.after(ms, () => this.#wakeUp());
      this.#wakeUp = () => {
        cancel?.();
        this.#wakeUp = () => undefined;
        resolve();
      };
    });
  }
}
