import type { Random } from './clock.ts';

export interface BackoffLimits {
  /** The shortest wait, in milliseconds. */
  first: number;
  longest: number;
}

/**
 * How long to wait after the nth failure in a row: twice as long each time, between the whole step and half more of
 * it, so that a fleet that failed together does not come back together.
 *
 * @param failures failures in a row, from 1
 */
export function backoff({ first, longest }: BackoffLimits, failures: number, random: Random): number {
  const step = Math.min(longest, first * 2 ** Math.min(failures - 1, 30));
  return Math.round(step * (1 + random() / 2));
}
