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
 * a time. The last day has the pace of what follows, so that jobs of that pace are under way when it ends.
 */
export function* playPast(config: SimulationConfig, from: number, to: number): Generator<Past> {
  const begin = emptySimulation(setupOf(config), from);
  const { pace, historyPace = pace, zone } = config;
  const lastDay = historyPace === pace ? from : Math.max(from, startOfDay(dayOf(to, zone), zone));
  const before = yield* play(
    { ...config, pace: historyPace },
    from < to ? withAccounts(config, begin) : begin,
    lastDay,
  );
  yield* play(config, before, to);
}

function* play(
  config: SimulationConfig,
  begin: SimulationState,
  to: number,
): Generator<Past, SimulationState> {
  const workload = new Workload(config);
  let state = begin;
  let sources = workload.join(state, new Map());
  yield { state, sources, rows: [] };
  while (state.now < to) {
    const played = workload.play(state, sources, Math.min(to, state.now + STEP_SECONDS));
    ({ state, sources } = played);
    yield played;
  }
  return state;
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
