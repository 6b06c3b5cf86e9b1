import type { Account, ClusterSetup, RunningJob, SimulationState } from './simulation-state.ts';
import { lineOf } from './simulation-state.ts';

/** What of the state counting reads; a draft serves as well. */
export type Counted = Pick<SimulationState, 'setup' | 'now' | 'begunAt' | 'running'> & {
  readonly accounts: ReadonlyMap<string, Account>;
};

/** An account with all below it: billing-seconds used and reserved, and how many jobs run. */
export interface Standing {
  /** The scheduler's counter. */
  used: number;
  /** The part of it that running jobs made. */
  running: number;
  /** What running jobs may use yet, to the ends of their time limits. */
  reserved: number;
  jobs: number;
}

/** The last moment at which running jobs were added to the counters. */
export function lastTick({ setup, now, begunAt }: Pick<Counted, 'setup' | 'now' | 'begunAt'>): number {
  const period = setup.calcPeriodSeconds;
  return begunAt + Math.floor((now - begunAt) / period) * period;
}

/**
 * Seconds of a run that are in the counter. Slurm counts suspended time, and a run that was resized anew from its first
 * start, as its row does.
 */
export function countedSeconds(run: RunningJob, tick: number): number {
  return Math.max(0, tick - run.start);
}

/** Where each account stands now, with what lies below it. */
export function standings(state: Counted): Map<string, Standing> {
  const found = new Map<string, Standing>();
  for (const name of state.accounts.keys()) found.set(name, { used: 0, running: 0, reserved: 0, jobs: 0 });
  const add = (account: string, part: Standing) => {
    for (const name of lineOf(state.accounts, account)) {
      const standing = found.get(name);
      if (standing) addTo(standing, part);
    }
  };
  for (const [name, { endedSeconds }] of state.accounts)
    if (endedSeconds > 0) add(name, { used: endedSeconds, running: 0, reserved: 0, jobs: 0 });
  const tick = lastTick(state);
  for (const run of state.running.values()) add(run.account, standingOf(run, tick));
  return found;
}

/** What one run adds to its account. */
export function standingOf(run: RunningJob, tick: number): Standing {
  const counted = countedSeconds(run, tick);
  const used = run.billing * counted;
  return { used, running: used, reserved: run.billing * Math.max(0, run.limitSeconds - counted), jobs: 1 };
}

export function addTo(standing: Standing, part: Standing): void {
  standing.used += part.used;
  standing.running += part.running;
  standing.reserved += part.reserved;
  standing.jobs += part.jobs;
}

/** Billing units of a job: weights are whole, so the figure is. */
export function billingOf(setup: ClusterSetup, { cpus, gpus }: { cpus: number; gpus: number }): number {
  return cpus * setup.billing.cpu + gpus * setup.billing.gpu;
}
