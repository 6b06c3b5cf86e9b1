import type { AgentState } from '@keystone/shared/contracts/agent.ts';
import type { PolicyVersion } from '@keystone/shared/contracts/policy.ts';
import type { PolicyMark } from '@keystone/shared/store/agents/policy-heads.ts';

/**
 * The version that follows the head: the next number or, where the tables were restored from a backup, a new epoch. That
 * they were is said by who did it, or shows where the agent holds what the head does not lead to; it would take nothing
 * below that.
 *
 * @param applied what the agent said that it holds, read after the head
 */
export function versionAfter(
  head: PolicyMark | undefined,
  applied: AgentState['applied'],
  restored = false,
): PolicyVersion {
  const epoch = head?.version.epoch ?? 1;
  const n = (head?.version.n ?? 0) + 1;
  const isNew = (restored && head) || (applied && outran(applied, head));
  return isNew ? { epoch: Math.max(epoch, applied?.epoch ?? 0) + 1, n } : { epoch, n };
}

function outran(applied: NonNullable<AgentState['applied']>, head: PolicyMark | undefined): boolean {
  if (!head) return true;
  const ahead = applied.epoch - head.version.epoch || applied.n - head.version.n;
  return ahead > 0 || (ahead === 0 && applied.hash !== head.hash);
}
