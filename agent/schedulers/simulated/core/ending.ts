import { changeAccount, type Draft } from './draft.ts';
import { shareOf } from './node-pool.ts';
import { rowOfNothing, rowOfRun, writeRow, type EndState } from './run-rows.ts';
import type { RunningJob, WaitingJob } from './simulation-state.ts';

/** Ended jobs are shown so long (MinJobAge). */
export const SHOWN_SECONDS = 300;

/** When a run ends if nobody interferes; a controller that is away enforces no time limit. */
export function endOf(run: RunningJob, controllerAway: boolean): number {
  if (run.suspendedSince !== null) return Infinity;
  const seconds = controllerAway ? run.plan.seconds : Math.min(run.plan.seconds, run.limitSeconds);
  return run.start + run.suspended + seconds;
}

/** Ends what ran to its plan's end or into its time limit. */
export function endRuns(draft: Draft): void {
  const controllerAway = draft.away.has('queue');
  for (const run of [...draft.running.values()]) {
    if (endOf(run, controllerAway) > draft.now) continue;
    const planned = draft.now - run.start - run.suspended >= run.plan.seconds;
    endRun(draft, run, planned ? run.plan.outcome : 'TIMEOUT');
  }
}

/** Ends a run now: its nodes are free, its use is counted, its row is written, and it is shown a while. */
export function endRun(draft: Draft, running: RunningJob, state: EndState): void {
  const run = settled(running, draft.now);
  closeRun(draft, run, state);
  draft.running.delete(run.id);
  draft.ended.set(run.id, { account: run.account, endedAt: draft.now, run });
}

/** Counts a run and writes its row; what becomes of the job is the caller's. */
export function closeRun(draft: Draft, run: RunningJob, state: EndState): void {
  draft.pool.give(run.on, shareOf(run));
  const counted = run.billing * (draft.now - run.start);
  const account = draft.accounts.get(run.account);
  if (account) changeAccount(draft, run.account, { endedSeconds: account.endedSeconds + counted });
  writeRow(draft, rowOfRun(draft.setup, run, draft.now, state));
}

/** A suspension that is under way ends with the run. */
export function settled(run: RunningJob, now: number): RunningJob {
  if (run.suspendedSince === null) return run;
  return { ...run, suspended: run.suspended + now - run.suspendedSince, suspendedSince: null };
}

/** A job that was never eligible has no row at all. */
export function dropWaiting(draft: Draft, job: WaitingJob): void {
  draft.waiting.delete(job.id);
  draft.ended.set(job.id, { account: job.account, endedAt: draft.now, run: null });
  const { eligible } = job;
  if (eligible === null || eligible > draft.now) return;
  writeRow(draft, rowOfNothing(draft.setup, { ...job, eligible }, draft.now));
}

/** People who waited for too long cancel. */
export function giveUp(draft: Draft): void {
  if (draft.away.has('queue')) return;
  for (const job of [...draft.waiting.values()])
    if (job.giveUpAt !== null && job.giveUpAt <= draft.now) dropWaiting(draft, job);
}

export function forgetEnded(draft: Draft): void {
  for (const [id, { endedAt }] of draft.ended)
    if (draft.now - endedAt > SHOWN_SECONDS) draft.ended.delete(id);
}
