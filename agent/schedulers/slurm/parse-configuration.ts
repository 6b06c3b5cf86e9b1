import { linesOf } from './parse-values.ts';

/** Settings from `scontrol show config`: `Name = value`. */
export function parseSettings(output: string): Map<string, string> {
  const settings = new Map<string, string>();
  for (const line of linesOf(output)) {
    const [, name, value] = /^(\S+)\s*= ?(.*)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) settings.set(name, value.trim());
  }
  return settings;
}

export interface Partition {
  readonly name: string;
  readonly defaultTime: string;
  readonly maxTime: string;
  readonly billingWeights: string;
}

/** Partitions from `scontrol -o show partition`: `Name=value` pairs, none of which a user wrote. */
export function parsePartitions(output: string): Partition[] {
  return linesOf(output).flatMap((line) => {
    const value = (name: string) => new RegExp(`(?:^| )${name}=(\\S*)`).exec(line)?.[1] ?? '';
    const name = value('PartitionName');
    if (name === '') return [];
    const billingWeights = value('TRESBillingWeights');
    return [{ name, defaultTime: value('DefaultTime'), maxTime: value('MaxTime'), billingWeights }];
  });
}

export interface Quality {
  readonly name: string;
  readonly usageFactor: number;
  /** Limits of its own, which Slurm looks at instead of the account's. */
  readonly limits: boolean;
}

/** Qualities of service from `sacctmgr -nP show qos`; the name comes last, as it may hold the separator. */
export function parseQualities(output: string): Quality[] {
  return linesOf(output).map((line) => {
    const [minutes = '', jobs = '', submitJobs = '', factor = '', ...name] = line.split('|');
    return {
      name: name.join('|'),
      usageFactor: Number(factor),
      limits: `${minutes}${jobs}${submitJobs}` !== '',
    };
  });
}
