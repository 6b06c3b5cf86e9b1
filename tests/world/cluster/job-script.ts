import type { SimulationEvent } from '@keystone/agent/schedulers/simulated/core/simulation.ts';
import type {
  JobRequest,
  SimulationState,
} from '@keystone/agent/schedulers/simulated/core/simulation-state.ts';
import type { Stream } from '../core/chance.ts';

export interface Submitters {
  /** Accounts, the busiest first. */
  readonly accounts: readonly string[];
  readonly people: readonly string[];
}

/** A job as people send them: most are small and short, some come as arrays. */
export function nextJob(chance: Stream, { accounts, people }: Submitters): JobRequest {
  const nodes = chance.pick([1, 1, 1, 1, 2, 4]);
  const seconds = Math.max(1, Math.round(chance.span(120, 1.1)));
  const limit = chance.pick([seconds * 1.5, seconds * 4, seconds * 0.7]);
  return {
    user: chance.any(people) ?? 'nobody',
    account: accounts[Math.floor(chance.next() ** 1.5 * accounts.length)] ?? 'none',
    cpus: nodes * chance.pick([1, 2, 4, 8, 16]),
    gpus: 0,
    nodes,
    limitMinutes: Math.min(120, Math.max(1, Math.ceil(limit / 60))),
    tasks: chance.happens(0.1) ? chance.whole(2, 12) : null,
    plan: {
      seconds,
      outcome: chance.pick(['COMPLETED', 'COMPLETED', 'COMPLETED', 'FAILED', 'NODE_FAIL']),
      busyPercent: 80,
    },
    patienceSeconds: chance.happens(0.3) ? chance.whole(30, 1_800) : null,
  };
}

/** What becomes of jobs beside running through: requeued, suspended, made smaller, held, cancelled. */
export function oddEvent(chance: Stream, { running, waiting }: SimulationState): SimulationEvent {
  const runs = [...running.values()];
  const run = chance.any(runs)?.id ?? 0;
  const job = chance.any([...waiting.keys()]) ?? 0;
  const stopped = chance.any(runs.filter(({ suspendedSince }) => suspendedSince !== null))?.id ?? run;
  const wide = chance.any(runs.filter(({ nodes }) => nodes > 1))?.id ?? run;
  const events: readonly [SimulationEvent, ...SimulationEvent[]] = [
    { kind: 'requeue', id: run },
    { kind: 'suspend', id: run },
    { kind: 'resume', id: stopped },
    { kind: 'resume', id: stopped },
    { kind: 'resize', id: wide, nodes: 1 },
    { kind: 'cancel', id: run },
    { kind: 'cancel', id: job },
    { kind: 'hold', id: job },
    { kind: 'release', id: job },
  ];
  return chance.pick(events);
}
