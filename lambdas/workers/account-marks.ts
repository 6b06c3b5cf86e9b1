import type { AgentState } from '@keystone/shared/contracts/agent.ts';
import type { PolicyMark } from '@keystone/shared/store/agents/policy-heads.ts';

/**
 * True where what an agent says of its spool tells that figures of accounts have to be brought forward, whatever
 * policy it holds:
 *
 * - It was acknowledged less than the figures say. It sends all again because the ledger was restored, or its own disk
 *   was; runs between the two marks are in neither count.
 * - Figures stand at a mark of the agent before: they were built before this one had said anything. What it reads anew
 *   the ledger had already. (While it reads its past it says that nothing was acknowledged.)
 * - Figures stand at the beginning of its enrolment, and all that it had has been stored since. An agent that was set up
 *   anew reads a month of runs that the ledger had already, and they are in both counts.
 * - Figures stand among segments that it wrote under an enrolment before, and all of those have been stored since. The
 *   ledger may have had some of them under that enrolment, and then they are in both counts.
 */
export function figuresAreOff(
  { lowest, highest }: Pick<PolicyMark, 'lowest' | 'highest'>,
  {
    epoch,
    ackedThrough,
    carriedThrough = 0,
    spool,
  }: Pick<AgentState, 'epoch' | 'ackedThrough' | 'carriedThrough' | 'spool'>,
): boolean {
  if (highest?.epoch === epoch && highest.segment > ackedThrough) return true;
  if (!lowest || lowest.epoch > epoch) return false;
  if (lowest.epoch < epoch) return ackedThrough > 0;
  if (lowest.segment < carriedThrough && ackedThrough >= carriedThrough) return true;
  return lowest.segment === 0 && ackedThrough > 0 && spool.segments === 0;
}
