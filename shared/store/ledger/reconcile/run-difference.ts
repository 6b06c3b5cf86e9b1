import type { Figures } from '../../../domain/standing-differences.ts';
import type { Charge } from '../ledger-records.ts';

/** How a run differs between the scheduler and the ledger. */
export type RunDifferenceKind =
  | 'not-in-ledger'
  | 'not-in-scheduler'
  | 'other-amount'
  | 'other-account'
  | 'other-user'
  | 'other-day'
  /** The scheduler's row can't be charged, and was not. */
  | 'unbillable'
  /** The amount is the same, but something else of the row is not. */
  | 'other-facts';

export interface RunDifference {
  kind: RunDifferenceKind;
  expected: Figures;
  found: Figures;
}

/** What is no fault of the ledger. */
export const isNote = (kind: RunDifferenceKind) => kind === 'unbillable' || kind === 'other-facts';

const figuresOf = ({ seconds, account, user, day }: Charge): Figures => ({ seconds, account, user, day });

/**
 * What a run's charge has that the scheduler's row has not, or the other way round: the first of amount, account, user
 * and day that differs gives it its name, the figures tell the rest.
 *
 * @param row the charge that the scheduler's row comes to
 */
export function differenceOf(
  row: Charge | 'unbillable' | undefined,
  charge: Charge | undefined,
): RunDifference | undefined {
  if (row === 'unbillable')
    return { kind: 'unbillable', expected: {}, found: charge ? figuresOf(charge) : {} };
  if (!row || !charge) {
    if (!row && !charge) return undefined;
    return {
      kind: row ? 'not-in-ledger' : 'not-in-scheduler',
      expected: row ? figuresOf(row) : {},
      found: charge ? figuresOf(charge) : {},
    };
  }
  const kind = kindOf(row, charge);
  return kind && { kind, expected: figuresOf(row), found: figuresOf(charge) };
}

function kindOf(row: Charge, charge: Charge): RunDifferenceKind | undefined {
  if (row.seconds !== charge.seconds) return 'other-amount';
  if (row.account !== charge.account) return 'other-account';
  if (row.user !== charge.user) return 'other-user';
  if (row.day !== charge.day || row.startDay !== charge.startDay) return 'other-day';
  return row.facts === charge.facts ? undefined : 'other-facts';
}
