/** The value below which a share of the samples lies (nearest rank). */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const found = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (found === undefined) throw new Error('no samples: nothing was measured');
  return found;
}

export const median = (samples: readonly number[]) => percentile(samples, 0.5);

export interface Spread {
  samples: number;
  min: number;
  p50: number;
  p99: number;
  max: number;
}

/** How samples lie, as they came: rounding is the report's. */
export function spreadOf(samples: readonly number[]): Spread {
  const at = (share: number) => percentile(samples, share);
  return { samples: samples.length, min: at(0), p50: at(0.5), p99: at(0.99), max: at(1) };
}

/** Three significant digits: what lies beyond is noise. */
export const rounded = (value: number) => Number(value.toPrecision(3));

/** Milliseconds that some work took. */
export async function timed<T>(work: () => T | Promise<T>): Promise<{ result: T; ms: number }> {
  const started = performance.now();
  const result = await work();
  return { result, ms: performance.now() - started };
}
