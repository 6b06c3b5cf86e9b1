import { linesOf, wholeNumber } from './parse-values.ts';

/** What slurmctld counts for an account and the accounts below it, jobs that run included up to the last tick. */
export interface AssociationCounter {
  /**
   * Billing-minutes, cut to whole ones: what Slurm compares with the limit. With fractional billing weights it is less than
   * `usage` tells.
   */
  readonly usedMinutes: number;
  /** UsageRaw as it is printed: it moves with every tick and every job that ends. */
  readonly usage: string;
  /** Billing-minutes, cut to whole ones, that jobs that run may still use. */
  readonly reservedMinutes: number;
}

/** Counters by account from `scontrol -o show assoc_mgr flags=assoc`; the rows of people are left out. */
export function parseCounters(output: string, cluster: string): Map<string, AssociationCounter> {
  const counters = new Map<string, AssociationCounter>();
  for (const line of linesOf(output)) {
    const [, name, account] = /^ClusterName=(\S+) Account=(\S+) UserName= /.exec(line) ?? [];
    const usage = / UsageRaw\/Norm\/Efctv=([\d.]+)\//.exec(line)?.[1];
    const usedMinutes = wholeNumber(/ GrpTRESMins=(?:\S*,)?billing=[^(,]*\((\d+)\)/.exec(line)?.[1]);
    const reservedMinutes = wholeNumber(/ GrpTRESRunMins=(?:\S*,)?billing=[^(,]*\((\d+)\)/.exec(line)?.[1]);
    if (name !== cluster || account === undefined || usage === undefined) continue;
    if (usedMinutes === undefined || reservedMinutes === undefined) continue;
    counters.set(account, { usedMinutes, usage, reservedMinutes });
  }
  return counters;
}
