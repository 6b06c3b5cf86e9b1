import { setImmediate as turn } from 'node:timers/promises';
import type { Disk } from '../../state/disk.ts';
import { SchedulerRefused } from '../scheduler-errors.ts';
import { simulate, type SimulationEvent } from './core/simulation.ts';
import type { Answer } from './core/answer.ts';
import type { AccountingRow, SimulationState } from './core/simulation-state.ts';
import { beginningOf, playPast } from './history.ts';
import { isSameSetup, type Kept } from './kept-state.ts';
import { RowStore } from './row-store.ts';
import { setupOf, type SimulationConfig } from './simulation-config.ts';
import { SimulationFiles } from './simulation-files.ts';
import { Workload, type Sources } from './workload/workload.ts';

export interface LiveOptions {
  readonly config: SimulationConfig;
  readonly disk: Disk;
  /** Wall clock, Unix milliseconds. */
  readonly now: () => number;
  /** False where it is only looked at: nothing is written to disk. */
  readonly keep: boolean;
  /** Makes this process the only one that keeps it; the answer gives it back. */
  readonly claim?: () => Promise<() => Promise<void>>;
}

/** Simulated seconds in one go; what else the process does gets its turn in between. */
const STEP_SECONDS = 6 * 3_600;

/** What passed by itself follows again from the state before, so it need not be kept at once. */
const SAVE_MS = 30_000;

/**
 * A simulation that goes with the clock. Nothing ticks: whenever it is asked, all that happened since is worked out, so
 * jobs that ran while its process was down have ended.
 */
export class LiveSimulation {
  readonly #options: LiveOptions;
  readonly #files: SimulationFiles;
  readonly #workload: Workload;
  #rows = new RowStore();
  #unsaved: AccountingRow[] = [];
  #savedAt = -Infinity;
  #opened: { openedAt: number; beganAt: number } | undefined;
  #state: SimulationState | undefined;
  #sources: Sources = new Map();
  #release: (() => Promise<void>) | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: LiveOptions) {
    this.#options = options;
    this.#files = new SimulationFiles(options.disk);
    this.#workload = new Workload(options.config);
  }

  /** What the scheduler knows now. */
  current(): Promise<{ state: SimulationState; rows: RowStore }> {
    return this.#inTurn(async () => {
      const state = await this.#goOn();
      if (this.#options.now() - this.#savedAt >= SAVE_MS) await this.#save();
      return { state, rows: this.#rows };
    });
  }

  /** Lets something happen now. When it returns, that is on disk. */
  perform(events: readonly SimulationEvent[]): Promise<{ state: SimulationState; answers: Answer[] }> {
    return this.#inTurn(async () => {
      let state = await this.#goOn();
      const answers = events.map((event) => {
        const step = simulate(state, state.now, event);
        state = step.state;
        this.#take(state, step.rows);
        return step.answer;
      });
      this.#sources = this.#workload.join(state, this.#sources);
      await this.#save();
      return { state, answers };
    });
  }

  /** Keeps what passed up to now and lets others go on with it. It is opened again when it is asked again. */
  close(): Promise<void> {
    return this.#inTurn(async () => {
      if (!this.#state) return;
      await this.#goOn();
      await this.#save();
      await this.#release?.();
      this.#release = undefined;
      this.#state = undefined;
    });
  }

  /** One thing at a time. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async #goOn(): Promise<SimulationState> {
    let state = this.#state ?? (await this.#open());
    const to = this.#time();
    while (state.now < to) {
      const played = this.#workload.play(state, this.#sources, Math.min(to, state.now + STEP_SECONDS));
      state = played.state;
      this.#sources = played.sources;
      this.#take(state, played.rows);
      if (state.now < to) await turn();
    }
    return state;
  }

  /** Never ahead of the clock: a row must not end in the future. */
  #time(): number {
    const wall = this.#options.now() / 1000;
    const { openedAt, beganAt } = this.#opened ?? { openedAt: wall, beganAt: wall };
    return Math.floor(Math.min(wall, beganAt + (wall - openedAt) * this.#options.config.speed));
  }

  #take(state: SimulationState, rows: readonly AccountingRow[]): void {
    this.#state = state;
    this.#rows.add(rows);
    if (this.#options.keep) this.#unsaved.push(...rows);
  }

  async #open(): Promise<SimulationState> {
    const { keep, claim } = this.#options;
    if (keep) this.#release ??= await claim?.();
    this.#rows = new RowStore();
    const loaded = await this.#files.load();
    if (loaded) return this.#resume(loaded.kept, loaded.rows);
    const { config, now } = this.#options;
    const wall = Math.floor(now() / 1000);
    const beganAt = wall - config.behindSeconds;
    this.#opened = { openedAt: wall, beganAt };
    for (const past of playPast(config, beginningOf(config, beganAt), beganAt)) {
      this.#sources = past.sources;
      this.#take(past.state, past.rows);
      await turn();
    }
    if (!this.#state) throw new Error('a past has at least its first state');
    return this.#state;
  }

  #resume(kept: Kept, rows: readonly AccountingRow[]): SimulationState {
    if (!isSameSetup(kept.state.setup, setupOf(this.#options.config)))
      throw new SchedulerRefused(
        'the simulation was begun on other nodes or weights than its configuration says now; put them back, or remove its folder to begin anew',
      );
    this.#opened = kept;
    this.#sources = this.#workload.join(kept.state, kept.sources);
    this.#state = kept.state;
    this.#rows.add(rows);
    return kept.state;
  }

  async #save(): Promise<void> {
    const { keep, now } = this.#options;
    if (!keep || !this.#state || !this.#opened) return;
    const rows = this.#unsaved;
    await this.#files.save({ ...this.#opened, state: this.#state, sources: this.#sources }, rows);
    this.#unsaved = this.#unsaved.slice(rows.length);
    this.#savedAt = now();
  }
}
