import { planChanges } from '../plan-changes.ts';
import type {
  ApplyResult,
  Change,
  Counter,
  DesiredAccount,
  FinishedRuns,
  JobQueue,
  Plan,
  Scheduler,
  SchedulerDescription,
  SchedulerState,
  UnfinishedJob,
} from '../scheduler.ts';
import { SchedulerRefused, SchedulerUnavailable } from '../scheduler-errors.ts';
import { shows } from '../verify-changes.ts';
import type { Answer } from './core/answer.ts';
import { accountStates } from './core/associations.ts';
import { standings } from './core/counting.ts';
import type { SimulationEvent } from './core/simulation.ts';
import type { Part, SimulationState } from './core/simulation-state.ts';
import { LiveSimulation, type LiveOptions } from './live-simulation.ts';
import { isWritable } from './writable-change.ts';

const DAY = 86_400;

/** The Slurm whose rules the simulation follows (docs/slurm.md). */
const VERSION = 'slurm 22.05 rules';

/** A scheduler without a cluster: Slurm's rules where the agent's work depends on them, with jobs of its own making. */
export class SimulatedScheduler implements Scheduler {
  readonly kind = 'simulated';
  readonly #options: LiveOptions;
  readonly #live: LiveSimulation;

  constructor(options: LiveOptions) {
    this.#options = options;
    this.#live = new LiveSimulation(options);
  }

  async describe(): Promise<SchedulerDescription> {
    const state = await this.#stateOf('accounts', 'queue');
    return {
      kind: this.kind,
      version: VERSION,
      cluster: state.setup.cluster,
      canEnforce: true,
      problems: [],
    };
  }

  async readState(people: Iterable<string>): Promise<SchedulerState> {
    const state = await this.#stateOf('accounts', 'queue');
    const { people: known } = this.#options.config;
    const unknown = known === 'anyone' ? [] : [...people].filter((name) => !known.includes(name));
    return {
      accounts: accountStates(state),
      unknownPeople: new Set(unknown),
      jobs: queueOf(state).unfinished,
      problems: [],
    };
  }

  async readCounters(accounts: readonly string[]): Promise<Map<string, Counter>> {
    const stands = standings(await this.#stateOf('queue'));
    return new Map(
      accounts.flatMap((account): [string, Counter][] => {
        const standing = stands.get(account);
        if (!standing) return [];
        return [[account, { counterSeconds: standing.used, runningSeconds: standing.running }]];
      }),
    );
  }

  plan(desired: readonly DesiredAccount[], state: SchedulerState): Plan {
    return planChanges(desired, state);
  }

  async apply(changes: readonly Change[]): Promise<ApplyResult[]> {
    await this.#stateOf('accounts');
    if (changes.length === 0) return [];
    if (!this.#options.keep) throw new SchedulerRefused('this simulation is only looked at');
    for (const change of changes)
      if (!isWritable(change)) throw new SchedulerRefused(`${JSON.stringify(change)} can't be written`);
    const { state, answers } = await this.#live.perform(
      changes.map((change) => ({ kind: 'change', change })),
    );
    const accounts = accountStates(state);
    return changes.map((change, index) => {
      if (shows(accounts, change)) return { change, outcome: 'applied' };
      const answer = answers[index];
      return { change, outcome: 'failed', detail: answer?.done === false ? answer.why : 'it does not show' };
    });
  }

  async *finishedRuns(from: number, to: number): AsyncGenerator<FinishedRuns> {
    for (let start = from; start < to; start += DAY) {
      const end = Math.min(to, start + DAY);
      const { state, rows } = await this.#live.current();
      requireParts(state, ['accounts']);
      // Both ends belong to the whole span; in between a border belongs to the later slice.
      const runs = rows.between(start, end === to ? end : end - 1, state.now);
      yield { from: start, to: end, runs, unreadable: [] };
    }
  }

  async queue(): Promise<JobQueue> {
    return queueOf(await this.#stateOf('queue'));
  }

  /** Does to the cluster what people and its operators do: submit, cancel, stop a part. */
  async perform(event: SimulationEvent): Promise<Answer> {
    const { answers } = await this.#live.perform([event]);
    return answers[0] ?? { done: true };
  }

  /** Everything that the simulated scheduler knows now, for whoever wants to show or check more than an agent sees. */
  async look(): Promise<SimulationState> {
    return (await this.#live.current()).state;
  }

  close(): Promise<void> {
    return this.#live.close();
  }

  async #stateOf(...parts: Part[]): Promise<SimulationState> {
    const { state } = await this.#live.current();
    requireParts(state, parts);
    return state;
  }
}

function requireParts({ away }: SimulationState, parts: readonly Part[]): void {
  const missing = parts.find((part) => away.has(part));
  if (missing) throw new SchedulerUnavailable(`the simulated scheduler keeps its ${missing} away`);
}

function queueOf({ running, waiting, ended }: SimulationState): JobQueue {
  const unfinished = new Map<number, UnfinishedJob>();
  for (const [id, { user, account }] of waiting) unfinished.set(id, { user, account, started: false });
  for (const [id, { user, account }] of running) unfinished.set(id, { user, account, started: true });
  return { unfinished, ended: new Map([...ended].map(([id, { account }]) => [id, { account }])) };
}
