import { refused, type Answer } from './answer.ts';
import type { Draft } from './draft.ts';
import { shareOf } from './node-pool.ts';
import { lineOf, type JobRequest } from './simulation-state.ts';

/** Takes a job into the queue, or refuses it at the door as Slurm does. */
export function submitJob(draft: Draft, request: JobRequest): Answer {
  const why = refusal(draft, request);
  if (why !== undefined) return refused(why);
  const { tasks, limitMinutes, patienceSeconds, ...job } = request;
  const id = draft.nextJob;
  draft.nextJob += 1;
  draft.waiting.set(id, {
    ...job,
    id,
    limitSeconds: limitMinutes * 60,
    submit: draft.now,
    eligible: draft.now,
    tasks: tasks === null ? null : { array: id, next: 1, last: tasks },
    giveUpAt: patienceSeconds === null ? null : draft.now + patienceSeconds,
    reason: 'None',
  });
  return { done: true, job: id };
}

function refusal(draft: Draft, request: JobRequest): string | undefined {
  const { setup } = draft;
  const member = draft.accounts.get(request.account)?.members.get(request.user);
  if (!member) return 'Invalid account or account/partition combination specified';
  if (!isPossible(request)) return 'Requested figures are not whole, positive and even over the nodes';
  const share = shareOf(request);
  if (request.nodes > setup.nodes.count || share.cpus > setup.nodes.cpus || share.gpus > setup.nodes.gpus)
    return 'Requested node configuration is not available';
  if (request.limitMinutes > setup.maxMinutes) return 'Requested time limit is invalid';
  if (overSubmitLimit(draft, request, member.maxSubmitJobs))
    return 'Job violates accounting/QOS policy (job submit limit)';
  return undefined;
}

function isPossible({ cpus, gpus, nodes, limitMinutes, tasks, plan }: JobRequest): boolean {
  const positive = [cpus, nodes, limitMinutes, tasks ?? 1].every(
    (figure) => Number.isSafeInteger(figure) && figure > 0,
  );
  const whole = [gpus, plan.seconds].every((figure) => Number.isSafeInteger(figure) && figure >= 0);
  return positive && whole && cpus % nodes === 0 && gpus % nodes === 0;
}

/** GrpSubmitJobs of the account and all above it, MaxSubmitJobs of its member. Each task of an array counts. */
function overSubmitLimit(
  draft: Draft,
  { account, user, tasks }: JobRequest,
  maxSubmitJobs: number | null,
): boolean {
  const limited = lineOf(draft.accounts, account).filter(
    (name) => draft.accounts.get(name)?.grpSubmitJobs !== null,
  );
  if (limited.length === 0 && maxSubmitJobs === null) return false;
  const added = tasks ?? 1;
  const over = (
    limit: number | null | undefined,
    counted: (job: { account: string; user: string }) => boolean,
  ) => limit !== null && limit !== undefined && submittedJobs(draft, counted) + added > limit;
  return (
    over(maxSubmitJobs, (job) => job.account === account && job.user === user) ||
    limited.some((name) =>
      over(draft.accounts.get(name)?.grpSubmitJobs, (job) =>
        lineOf(draft.accounts, job.account).includes(name),
      ),
    )
  );
}

function submittedJobs(draft: Draft, counted: (job: { account: string; user: string }) => boolean): number {
  let count = 0;
  for (const job of draft.running.values()) if (counted(job)) count += 1;
  for (const job of draft.waiting.values())
    if (counted(job)) count += job.tasks === null ? 1 : job.tasks.last - job.tasks.next + 1;
  return count;
}
