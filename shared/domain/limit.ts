import type { Day } from './calendar.ts';
import {
  drawGrants,
  drawnAlike,
  entitledSeconds,
  splitAtFirstGrant,
  undrawn,
  type DayUsage,
  type Entitlement,
} from './grants.ts';

/** What the scheduler itself has counted for an account, read in one moment, in billing-seconds. */
export interface SchedulerCounter {
  /** Its running total (Slurm: UsageRaw). */
  counter: number;
  /** The part of it that belongs to jobs which still run. */
  running: number;
}

export interface AccountStanding extends Entitlement {
  /** Charged runs, in billing-seconds. */
  runsTotal: number;
  /** Those of them that grants carry, by days on which they draw alike; where there is one grant at most it says nothing. */
  spans?: readonly DayUsage[] | undefined;
}

/**
 * What an account may still use: E(t) less its own runs. Negative where it overdrew.
 *
 * @param recent runs that `runsTotal` does not hold yet, by start day; those from before the first grant count for
 *   nothing, as the ones in `baseline` do
 */
export function remainingSeconds(standing: AccountStanding, recent: readonly DayUsage[], day: Day): number {
  const { since } = splitAtFirstGrant(standing.grants, recent);
  const { grants } = drawAll(standing, since);
  const used = since.reduce((sum, { seconds }) => sum + seconds, standing.runsTotal);
  return entitledSeconds({ ...standing, grants }, day) - used;
}

/** Runs of an earlier day that come late draw before those that came in their time, as the ledger has it. */
function drawAll({ grants, spans }: AccountStanding, since: readonly DayUsage[]) {
  if (!spans) return drawGrants(grants, since);
  return drawGrants(undrawn(grants), drawnAlike(grants, [...spans, ...since]));
}

/**
 * The limit to set on the scheduler, in whole minutes of the billing TRES. The scheduler compares it with its own
 * counter, which drifts from the ledger (suspended time, decay, resets), so the limit is set against that counter:
 * what remains, and what the counter holds of runs that have ended. Nothing left is 0, which blocks whatever the
 * counter says; a limit is never negative (Slurm takes a negative one for none at all).
 */
export function limitMinutes(remaining: number, { counter, running }: SchedulerCounter): number {
  if (remaining <= 0) return 0;
  return Math.max(0, Math.floor((remaining + counter - running) / 60));
}
