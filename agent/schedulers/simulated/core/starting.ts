import { addTo, billingOf, lastTick, standingOf, standings, type Standing } from './counting.ts';
import type { Draft } from './draft.ts';
import { shareOf } from './node-pool.ts';
import { inOrder } from './priority.ts';
import { lineOf, type RunningJob, type WaitingJob, type WaitReason } from './simulation-state.ts';

/** Jobs that one pass looks at behind the first that lacks room (bf_max_job_test). */
const BACKFILL_DEPTH = 100;

/**
 * One pass over the queue, by priority. A job that a limit holds back holds back no other. Behind the first job that
 * lacks room only those start that end, by their time limits, before it could.
 */
export function startWaiting(draft: Draft): void {
  if (draft.away.has('queue') || draft.waiting.size === 0) return;
  const stands = standings(draft);
  let roomAt: number | null = null;
  let behind = 0;
  for (const job of inOrder(draft, stands)) {
    if (behind > BACKFILL_DEPTH) return;
    if (roomAt !== null) behind += 1;
    let waiting: WaitingJob | undefined = job;
    while (waiting) {
      const reason = reasonToWait(draft, waiting, stands) ?? lackOfRoom(draft, waiting, roomAt);
      if (reason !== undefined) {
        note(draft, waiting, reason);
        if (reason === 'Resources') roomAt = whenRoom(draft, waiting);
        break;
      }
      waiting = start(draft, waiting, stands);
    }
  }
}

/** What keeps a job back whatever room there is, in Slurm's order. */
function reasonToWait(
  draft: Draft,
  job: WaitingJob,
  stands: ReadonlyMap<string, Standing>,
): WaitReason | undefined {
  if (job.eligible === null) return 'JobHeldUser';
  if (job.eligible > draft.now) return 'BeginTime';
  const member = draft.accounts.get(job.account)?.members.get(job.user);
  if (!member) return 'InvalidAccount';
  if (member.maxJobs !== null && runningOf(draft, job) >= member.maxJobs) return 'AssocMaxJobsLimit';
  const reserve = billingOf(draft.setup, job) * job.limitSeconds;
  for (const name of lineOf(draft.accounts, job.account)) {
    const account = draft.accounts.get(name);
    const standing = stands.get(name);
    if (!account || !standing) continue;
    if (account.grpJobs !== null && standing.jobs >= account.grpJobs) return 'AssocGrpJobsLimit';
    // `safe`: it starts only if all that it may use is left.
    if (
      account.limitMinutes !== null &&
      standing.used + standing.reserved + reserve > account.limitMinutes * 60
    )
      return 'AssocGrpBillingMinutes';
  }
  return undefined;
}

const runningOf = (draft: Draft, { user, account }: WaitingJob): number =>
  [...draft.running.values()].filter((run) => run.user === user && run.account === account).length;

function lackOfRoom(draft: Draft, job: WaitingJob, roomAt: number | null): WaitReason | undefined {
  if (roomAt !== null && draft.now + job.limitSeconds > roomAt) return 'Priority';
  if (draft.pool.find(job.nodes, shareOf(job)) !== undefined) return undefined;
  return roomAt === null ? 'Resources' : 'Priority';
}

/** When the nodes that a job needs are free at the latest: running jobs may go on to their time limits. */
function whenRoom(draft: Draft, job: WaitingJob): number {
  const pool = draft.pool.copy();
  const ends = [...draft.running.values()]
    .map((run) => ({ run, end: run.suspendedSince === null ? limitOf(run) : Infinity }))
    .sort((a, b) => a.end - b.end || a.run.id - b.run.id);
  for (const { run, end } of ends) {
    pool.give(run.on, shareOf(run));
    if (pool.find(job.nodes, shareOf(job))) return end;
  }
  return Infinity;
}

const limitOf = (run: RunningJob): number => run.start + run.suspended + run.limitSeconds;

function note(draft: Draft, job: WaitingJob, reason: WaitReason): void {
  if (job.reason !== reason) draft.waiting.set(job.id, { ...job, reason });
}

/** @returns what is left of an array, to be looked at again */
function start(draft: Draft, job: WaitingJob, stands: Map<string, Standing>): WaitingJob | undefined {
  const { tasks, giveUpAt: _patience, reason: _reason, ...base } = job;
  const share = shareOf(job);
  const on = draft.pool.find(job.nodes, share) ?? [];
  const rest = tasks !== null && tasks.next < tasks.last ? { ...tasks, next: tasks.next + 1 } : null;
  const id = rest === null ? job.id : draft.nextJob++;
  const run: RunningJob = {
    ...base,
    id,
    eligible: job.eligible ?? draft.now,
    task: tasks && { array: tasks.array, index: tasks.next },
    start: draft.now,
    on,
    billing: billingOf(draft.setup, job),
    suspended: 0,
    suspendedSince: null,
  };
  draft.pool.take(on, share);
  draft.running.set(id, run);
  draft.waiting.delete(job.id);
  for (const name of lineOf(draft.accounts, job.account)) {
    const standing = stands.get(name);
    if (standing) addTo(standing, standingOf(run, lastTick(draft)));
  }
  if (rest === null) return undefined;
  const remaining = { ...job, tasks: rest };
  draft.waiting.set(job.id, remaining);
  return remaining;
}
