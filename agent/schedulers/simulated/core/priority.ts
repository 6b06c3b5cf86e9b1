import type { Standing } from './counting.ts';
import type { Draft } from './draft.ts';
import type { WaitingJob } from './simulation-state.ts';

/** A wait of a week weighs as much as never having used anything. */
const FULL_AGE_SECONDS = 7 * 86_400;

/**
 * Waiting jobs, the first in line first: by age and by how little of the cluster their account has used against an equal
 * share for each account that has jobs waiting (PriorityType=priority/multifactor with age and fair share).
 */
export function inOrder(draft: Draft, stands: ReadonlyMap<string, Standing>): WaitingJob[] {
  const fair = fairness(draft, stands);
  return [...draft.waiting.values()]
    .map((job) => {
      const age = Math.min(1, Math.max(0, draft.now - job.submit) / FULL_AGE_SECONDS);
      return { job, priority: age + (fair.get(job.account) ?? 0) };
    })
    .sort((a, b) => b.priority - a.priority || a.job.submit - b.job.submit || a.job.id - b.job.id)
    .map(({ job }) => job);
}

/** 1 for an account that used nothing, one half at its share, less beyond. */
function fairness(draft: Draft, stands: ReadonlyMap<string, Standing>): Map<string, number> {
  const accounts = new Set([...draft.waiting.values()].map(({ account }) => account));
  const used = (account: string) => stands.get(account)?.used ?? 0;
  const total = [...accounts].reduce((sum, account) => sum + used(account), 0);
  return new Map(
    [...accounts].map((account) => [
      account,
      total === 0 ? 1 : 2 ** -((used(account) / total) * accounts.size),
    ]),
  );
}
