import { cpus, totalmem } from 'node:os';

/** The value below which a share of the samples lies (nearest rank). */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const found = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (found === undefined) throw new Error('no samples: nothing was measured');
  return found;
}

export interface Spread {
  samples: number;
  min: number;
  p50: number;
  p99: number;
  max: number;
}

/** Milliseconds, rounded to whole ones. */
export function spreadOf(samples: readonly number[]): Spread {
  const at = (share: number) => Math.round(percentile(samples, share));
  return { samples: samples.length, min: at(0), p50: at(0.5), p99: at(0.99), max: at(1) };
}

/** The machine that a figure belongs to. */
export function machine() {
  const [first] = cpus();
  return {
    cpu: first?.model ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
  };
}
