import type { EndedJob, JobQueue, UnfinishedJob } from '../scheduler.ts';
import { SchedulerAnswerUnreadable } from '../scheduler-errors.ts';
import { excerpt, linesOf, timeLimitMinutes, tresFigure, wholeNumber } from './parse-values.ts';
import { SEPARATOR } from './read-arguments.ts';

/** States of a job that will not run again under its submit time; a requeued one is pending. */
const ended = new Set([
  'BOOT_FAIL',
  'CANCELLED',
  'COMPLETED',
  'DEADLINE',
  'FAILED',
  'NODE_FAIL',
  'OUT_OF_MEMORY',
  'PREEMPTED',
  'REVOKED',
  'TIMEOUT',
]);

/** Its use is counted and its row on the way, while it still holds its place on the nodes. */
const COMPLETING = 'COMPLETING';

/** Jobs from squeue. Waiting tasks of an array are one job until they start. */
export function parseJobQueue(output: string): JobQueue {
  const jobs = { unfinished: new Map<number, UnfinishedJob>(), ended: new Map<number, EndedJob>() };
  for (const line of linesOf(output)) {
    const [id, state, user, account] = line.split(SEPARATOR);
    const jobId = wholeNumber(id);
    if (jobId === undefined || !state || user === undefined || account === undefined) throw unreadable(line);
    if (ended.has(state) || state === COMPLETING) jobs.ended.set(jobId, { account });
    if (!ended.has(state)) jobs.unfinished.set(jobId, { user, account, started: state !== 'PENDING' });
  }
  return jobs;
}

/** Billing-minutes that an account's running jobs would use to the end of their time limits, from their start. */
export function parseReservations(output: string): Map<string, number> {
  const minutes = new Map<string, number>();
  for (const line of linesOf(output)) {
    const [id, timeLimit, tres, account] = line.split(SEPARATOR);
    const limit = timeLimitMinutes(timeLimit);
    if (wholeNumber(id) === undefined || limit === undefined || tres === undefined || account === undefined)
      throw unreadable(line);
    minutes.set(account, (minutes.get(account) ?? 0) + (tresFigure(tres, 'billing') ?? 0) * limit);
  }
  return minutes;
}

const unreadable = (line: string) =>
  new SchedulerAnswerUnreadable(`squeue told a job in a form that is not known: ${excerpt(line)}`);
