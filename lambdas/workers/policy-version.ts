import type { PolicyVersion } from '@keystone/shared/contracts/policy.ts';
import type { PolicyMark } from '@keystone/shared/store/agents/policy-heads.ts';
import type { HeldVersion } from './held-policy.ts';

/**
 * The version that follows the head: the next number or, where the tables were restored from a backup, a new epoch. That
 * they were is said by who did it, or shows where the agent holds what the head does not lead to; it would take nothing
 * below that. A new epoch is the second in which it begins: tables that are restored twice to one moment would count to
 * the same one twice, each time with a content of its own.
 *
 * @param held what the agent said that it holds, read after the head
 */
export function versionAfter(
  head: PolicyMark | undefined,
  held: HeldVersion,
  { now, restored = false }: { now: Date; restored?: boolean | undefined },
): PolicyVersion {
  const epoch = head?.version.epoch ?? 1;
  const n = (head?.version.n ?? 0) + 1;
  if (!restored && !outran(held, head)) return { epoch, n };
  const last = Math.max(epoch, held?.epoch ?? 0);
  return { epoch: Math.max(last + 1, Math.floor(now.getTime() / 1000)), n };
}

function outran(held: HeldVersion, head: PolicyMark | undefined): boolean {
  if (!held) return false;
  if (!head) return true;
  const ahead = held.epoch - head.version.epoch || held.n - head.version.n;
  return ahead > 0 || (ahead === 0 && held.hash !== head.hash);
}
