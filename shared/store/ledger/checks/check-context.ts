import { settleDifferences, type Difference } from '../../../domain/standing-differences.ts';
import type { ControlTable, LedgerTable } from '../../table/tables.ts';
import { findingOf, type Finding, type FindingKind } from './finding.ts';
import { MOST_FINDINGS, type PassState } from './pass-state.ts';

/** What a check of the ledger works with. */
export interface LedgerCheckOptions {
  ledger: LedgerTable;
  /** Absent: marks of policies and agents are not looked at. */
  control?: ControlTable | undefined;
  /** IANA name of the deployment's zone. Absent: days of charges are not worked out anew. */
  zone?: string | undefined;
  now(): Date;
  pause(milliseconds: number): Promise<void>;
  /** After so many runs of an account no further day of it is added up in a step. */
  mostRuns?: number;
  /** Hears of each finding once. */
  report(finding: Finding): void;
}

/** Options, and the pass that is under way. */
export interface CheckContext extends LedgerCheckOptions {
  state: PassState;
}

/** Notes a finding in the pass and tells it. */
export function tell({ state, report }: CheckContext, finding: Finding): void {
  const counted = { difference: 'differences', moving: 'moving', note: 'notes' } as const;
  state.counts[counted[finding.type]] += 1;
  if (state.findings.length < MOST_FINDINGS) state.findings.push(finding);
  report(finding);
}

/** Reads until differences are sure or gone, and tells those that are left. `kindOf` says what each one is. */
export async function tellStanding(
  context: CheckContext,
  cluster: number,
  kindOf: FindingKind | ((difference: Difference) => FindingKind),
  read: () => Promise<readonly Difference[]>,
): Promise<void> {
  const { standing, moving } = await settleDifferences(read, context.pause);
  const kind = (difference: Difference) => (typeof kindOf === 'string' ? kindOf : kindOf(difference));
  for (const difference of standing)
    tell(context, findingOf('difference', kind(difference), cluster, difference));
  for (const difference of moving) tell(context, findingOf('moving', kind(difference), cluster, difference));
}
