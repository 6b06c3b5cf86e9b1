import type { LedgerCheckOptions } from './check-context.ts';
import type { ReadMeter } from './metered-reads.ts';
import type { PassState } from './pass-state.ts';
import { verifyStep } from './verify-ledger.ts';

export interface Slice {
  /** True where no step may begin any more. */
  isOver(): boolean;
  /** Keeps the pass; called after each step, and may well do so only now and then. */
  afterStep?(state: PassState): Promise<void> | void;
}

/**
 * Takes a pass on until it is done or the slice is over.
 *
 * @returns whether the pass is done
 */
export async function verifySlice(
  options: LedgerCheckOptions,
  meter: ReadMeter,
  state: PassState,
  { isOver, afterStep }: Slice,
): Promise<boolean> {
  let counted = meter.units;
  while (state.phase !== 'done' && !isOver()) {
    await verifyStep(options, state);
    state.counts.units += meter.units - counted;
    counted = meter.units;
    await afterStep?.(state);
  }
  return state.phase === 'done';
}

/** Dollars for a million read units on demand (us-east-1, November 2024). */
const MILLION_UNITS = 0.125;

/** What read units cost, for whoever sets how often to look. */
export const costOf = (units: number): number => Math.round(units * MILLION_UNITS) / 1_000_000;
