import type { OutageFigures } from './outage.ts';
import type { Outcome } from './run-world.ts';

/** What many runs come to. */
export interface Sum {
  readonly seeds: number;
  readonly runs: number;
  readonly steps: number;
  readonly faults: number;
  readonly violations: number;
  /** Seeds that came together, and the longest that one took, in virtual minutes. */
  readonly converged: number;
  readonly longestMinutes: number;
  readonly cpuMs: number;
  /** Where the cloud went away. */
  readonly outage?: OutageFigures;
}

export const emptySum = (): Sum => ({
  seeds: 0,
  runs: 0,
  steps: 0,
  faults: 0,
  violations: 0,
  converged: 0,
  longestMinutes: 0,
  cpuMs: 0,
});

export function addUp(sum: Sum, outcome: Outcome, cpuMs: number): Sum {
  const { runs, steps, faults, violations, convergedMinutes } = outcome;
  return {
    seeds: sum.seeds + 1,
    runs: sum.runs + runs,
    steps: sum.steps + steps,
    faults: sum.faults + Object.values(faults).reduce((all, count) => all + count, 0),
    violations: sum.violations + violations.length,
    converged: sum.converged + (convergedMinutes === null ? 0 : 1),
    longestMinutes: Math.max(sum.longestMinutes, convergedMinutes ?? 0),
    cpuMs: Math.round(sum.cpuMs + cpuMs),
    ...(outcome.outage && { outage: worse(sum.outage, outcome.outage) }),
  };
}

/** The runs of both, and the worst of each figure. */
function worse(before: OutageFigures | undefined, { hours, ...now }: OutageFigures): OutageFigures {
  const isKnown = now.chargedMinutes !== null && before?.chargedMinutes !== null;
  return {
    hours,
    runs: now.runs + (before?.runs ?? 0),
    peakSpoolBytes: Math.max(now.peakSpoolBytes, before?.peakSpoolBytes ?? 0),
    chargedMinutes: isKnown ? Math.max(now.chargedMinutes ?? 0, before?.chargedMinutes ?? 0) : null,
  };
}
