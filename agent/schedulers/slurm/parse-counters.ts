import { linesOf, wholeNumber } from './parse-values.ts';

/** What slurmctld counts for an account and the accounts below it. */
export interface AssociationCounter {
  /** Billing-seconds, jobs that run included up to the last tick of PriorityCalcPeriod. */
  readonly usedSeconds: number;
  /** Billing-minutes, cut to whole ones, that jobs that run may still use. */
  readonly reservedMinutes: number;
}

/** Counters by account from `scontrol -o show assoc_mgr flags=assoc`; the rows of people are left out. */
export function parseCounters(output: string, cluster: string): Map<string, AssociationCounter> {
  const counters = new Map<string, AssociationCounter>();
  for (const line of linesOf(output)) {
    const [, name, account] = /^ClusterName=(\S+) Account=(\S+) UserName= /.exec(line) ?? [];
    const used = / UsageRaw\/Norm\/Efctv=(\d+(?:\.\d+)?)\//.exec(line)?.[1];
    const reserved = wholeNumber(/ GrpTRESRunMins=(?:\S*,)?billing=[^(,]*\((\d+)\)/.exec(line)?.[1]);
    if (name !== cluster || account === undefined || used === undefined || reserved === undefined) continue;
    counters.set(account, { usedSeconds: Math.round(Number(used)), reservedMinutes: reserved });
  }
  return counters;
}
