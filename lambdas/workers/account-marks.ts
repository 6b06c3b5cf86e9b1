import type { AgentState } from '@keystone/shared/contracts/agent.ts';
import type { PolicyMark } from '@keystone/shared/store/policy-heads.ts';

/**
 * True where what an agent says of its spool tells that figures of accounts have to be brought forward, whatever
 * policy it holds:
 *
 * - It was acknowledged less than the figures say. It sends all again because the ledger was restored, or its own disk
 *   was; runs between the two marks are in neither count.
 * - Figures stand at the beginning of its enrolment, and all that it had has been stored since. An agent that was set up
 *   anew reads a month of runs that the ledger had already, and they are in both counts.
 */
export function figuresAreOff(
  { lowest, highest }: Pick<PolicyMark, 'lowest' | 'highest'>,
  { epoch, ackedThrough, spool }: Pick<AgentState, 'epoch' | 'ackedThrough' | 'spool'>,
): boolean {
  if (highest?.epoch === epoch && highest.segment > ackedThrough) return true;
  const fromBeginning = lowest?.epoch === epoch && lowest.segment === 0;
  return fromBeginning && ackedThrough > 0 && spool.segments === 0;
}
