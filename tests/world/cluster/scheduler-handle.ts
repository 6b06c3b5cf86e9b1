import { planChanges } from '@keystone/agent/schedulers/plan-changes.ts';
import { accountStates } from '@keystone/agent/schedulers/simulated/core/associations.ts';
import { standings } from '@keystone/agent/schedulers/simulated/core/counting.ts';
import type { Part, SimulationState } from '@keystone/agent/schedulers/simulated/core/simulation-state.ts';
import { isWritable } from '@keystone/agent/schedulers/simulated/writable-change.ts';
import { SchedulerRefused, SchedulerUnavailable } from '@keystone/agent/schedulers/scheduler-errors.ts';
import type {
  ApplyResult,
  Change,
  FinishedRuns,
  JobQueue,
  Scheduler,
  UnfinishedJob,
} from '@keystone/agent/schedulers/scheduler.ts';
import { shows } from '@keystone/agent/schedulers/verify-changes.ts';
import type { Stream } from '../core/chance.ts';
import type { Life } from '../core/life.ts';
import type { Weather } from '../core/weather.ts';
import type { ClusterScheduler } from './cluster-scheduler.ts';

const DAY = 86_400;

export interface HandleParts {
  readonly cluster: ClusterScheduler;
  readonly life: Life;
  readonly weather: Weather;
  readonly chance: Stream;
  /** Hears of each change right after it was written, and of the limit that stood before. */
  readonly onWritten: (change: Change, limitBefore: number | null) => void;
}

/** A scheduler as one process sees it: each call takes its time, may fail, and is cut off where the process ends. */
export function schedulerHandle({ cluster, life, weather, chance, onWritten }: HandleParts): Scheduler {
  const call = <T>(milliseconds: number, parts: readonly Part[], perform: (state: SimulationState) => T) =>
    life.calls(chance.span(milliseconds, 0.4), 5, () => {
      if (weather.strikes('scheduler-flaky', 0.02)) throw new SchedulerUnavailable('the command was cut off');
      const state = parts.includes('queue') && parts.length === 1 ? cluster.jobs : cluster.state;
      const missing = parts.find((part) => state.away.has(part));
      if (missing) throw new SchedulerUnavailable(`the scheduler keeps its ${missing} away`);
      return perform(state);
    });

  async function applyOne(change: Change): Promise<ApplyResult> {
    if (!isWritable(change)) throw new SchedulerRefused(`${JSON.stringify(change)} can't be written`);
    return call(300, ['accounts'], (state) => {
      const limitBefore = state.accounts.get(change.account)?.limitMinutes ?? null;
      const answer = cluster.perform({ kind: 'change', change });
      if (answer.done) onWritten(change, limitBefore);
      if (shows(accountStates(cluster.state), change)) return { change, outcome: 'applied' };
      return { change, outcome: 'failed', detail: answer.done ? 'it does not show' : answer.why };
    });
  }

  return {
    kind: 'simulated',
    describe: () =>
      call(80, ['accounts', 'queue'], ({ setup }) => ({
        kind: 'simulated',
        version: 'slurm 22.05 rules',
        cluster: setup.cluster,
        canEnforce: true,
        problems: [],
      })),
    readState: () =>
      call(300, ['accounts', 'queue'], (state) => ({
        accounts: accountStates(state),
        unknownPeople: new Set<string>(),
        jobs: queueOf(state).unfinished,
        problems: [],
      })),
    readCounters: (accounts) =>
      call(60, ['accounts', 'queue'], (state) => {
        const stands = standings(state);
        return new Map(
          accounts.flatMap((account) => {
            const standing = stands.get(account);
            const counter = standing && { counterSeconds: standing.used, runningSeconds: standing.running };
            return counter ? [[account, counter] as const] : [];
          }),
        );
      }),
    plan: planChanges,
    async apply(changes) {
      const results: ApplyResult[] = [];
      for (const change of changes) results.push(await applyOne(change));
      return results;
    },
    async *finishedRuns(from, to): AsyncGenerator<FinishedRuns> {
      for (let start = from; start < to; start += DAY) {
        const end = Math.min(to, start + DAY);
        yield await call(200, ['accounts'], () => {
          // Both ends belong to the whole span; in between a border belongs to the later slice.
          const runs = cluster.rowsBetween(start, end === to ? end : end - 1);
          return { from: start, to: end, runs, unreadable: [] };
        });
      }
    },
    queue: () => call(30, ['queue'], queueOf),
  };
}

const queues = new WeakMap<SimulationState, JobQueue>();

function queueOf(state: SimulationState): JobQueue {
  const known = queues.get(state);
  if (known) return known;
  const { running, waiting, ended } = state;
  const unfinished = new Map<number, UnfinishedJob>();
  for (const [id, { user, account }] of waiting) unfinished.set(id, { user, account, started: false });
  for (const [id, { user, account }] of running) unfinished.set(id, { user, account, started: true });
  const queue = {
    unfinished,
    ended: new Map([...ended].map(([id, { account }]) => [id, { account }] as const)),
  };
  queues.set(state, queue);
  return queue;
}
