import { addDays, dayOf, startOfDay } from '@keystone/shared/domain/calendar.ts';
import type { UsageRecord } from '@keystone/shared/contracts/usage.ts';
import { simulate } from './core/simulation.ts';
import { emptySimulation, type AccountingRow, type SimulationState } from './core/simulation-state.ts';
import { setupOf, type SimulationConfig } from './simulation-config.ts';
import type { Sources } from './workload/workload.ts';
import { Workload } from './workload/workload.ts';

/** Time that is played in one go. */
const STEP_SECONDS = 6 * 3_600;

export interface Past {
  readonly state: SimulationState;
  readonly sources: Sources;
  /** Rows of the last piece of time. */
  readonly rows: readonly AccountingRow[];
}

/** The first moment of a past that ends at `to`: a midnight, so that it is the same whenever on a day it is asked for. */
export function beginningOf({ historyDays, zone }: SimulationConfig, to: number): number {
  return historyDays === 0 ? to : startOfDay(addDays(dayOf(to, zone), -historyDays), zone);
}

/**
 * The past of a cluster on which the workload's accounts were at work without limits: its first state, then a few hours at
 * a time. The last state has the jobs that run on, and sources that go on at the pace of what follows.
 */
export function* playPast(config: SimulationConfig, from: number, to: number): Generator<Past> {
  const pace = config.historyPace ?? config.pace;
  const workload = new Workload({ ...config, pace });
  let state = emptySimulation(setupOf(config), from);
  if (from < to) state = withAccounts(config, state);
  let sources = workload.join(state, new Map());
  yield { state, sources, rows: [] };
  for (let at = from; at < to;) {
    at = Math.min(to, at + STEP_SECONDS);
    const played = workload.play(state, sources, at);
    ({ state, sources } = played);
    if (at === to && pace !== config.pace) sources = new Workload(config).join(state, new Map());
    yield { ...played, sources };
  }
}

/** The workload's accounts as someone made them by hand, since no agent was there yet. */
function withAccounts({ workload }: SimulationConfig, state: SimulationState): SimulationState {
  if (!Array.isArray(workload)) return state;
  return workload.reduce((before, { account, users = [] }) => {
    const declaration = { account, limitMinutes: null, members: users };
    return simulate(before, before.now, { kind: 'declare', declaration }).state;
  }, state);
}

/**
 * Finished runs of a made-up past, in the order in which they ended up in the accounting. All ended before `to`; the same
 * configuration and span give the same runs.
 *
 * @param from Unix seconds
 */
export function* history(config: SimulationConfig, from: number, to: number): Generator<UsageRecord> {
  for (const { rows } of playPast(config, from, to)) for (const { run } of rows) if (run.end < to) yield run;
}
