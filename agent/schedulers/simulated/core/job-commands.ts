import { done, refused, type Answer } from './answer.ts';
import { billingOf } from './counting.ts';
import type { Draft } from './draft.ts';
import { closeRun, dropWaiting, endRun, settled } from './ending.ts';
import { shareOf } from './node-pool.ts';
import type { RunningJob } from './simulation-state.ts';

/** How long Slurm lets a requeued job wait before it may start again. */
const REQUEUE_SECONDS = 121;

const invalid = refused('Invalid job id specified');

/** Cancels a job, or all that is left of an array. */
export function cancelJob(draft: Draft, id: number): Answer {
  const waiting = [...draft.waiting.values()].filter((job) => job.id === id || job.tasks?.array === id);
  const running = [...draft.running.values()].filter((run) => run.id === id || run.task?.array === id);
  for (const job of waiting) dropWaiting(draft, job);
  for (const run of running) endRun(draft, run, 'CANCELLED');
  return waiting.length + running.length > 0 ? done : invalid;
}

/** A suspended job keeps its nodes, and its time limit waits for it. */
export function suspendJob(draft: Draft, id: number): Answer {
  const run = draft.running.get(id);
  if (!run) return invalid;
  if (run.suspendedSince !== null) return refused('Job/step already suspended');
  draft.running.set(id, { ...run, suspendedSince: draft.now });
  return done;
}

export function resumeJob(draft: Draft, id: number): Answer {
  const run = draft.running.get(id);
  if (!run) return invalid;
  if (run.suspendedSince === null) return refused('Requested operation is presently disabled');
  draft.running.set(id, settled(run, draft.now));
  return done;
}

/** A job that its person holds is not eligible before they release it. */
export function holdJob(draft: Draft, id: number): Answer {
  return setEligible(draft, id, null);
}

/** Lets a held job, or one with a begin time, start as soon as it can. */
export function releaseJob(draft: Draft, id: number): Answer {
  return setEligible(draft, id, draft.now);
}

function setEligible(draft: Draft, id: number, eligible: number | null): Answer {
  const job = draft.waiting.get(id);
  if (!job) return invalid;
  draft.waiting.set(id, { ...job, eligible });
  return done;
}

/** The run ends with a row of its own; the job waits again, under a new submit time. */
export function requeueJob(draft: Draft, id: number): Answer {
  const running = draft.running.get(id);
  if (!running) return invalid;
  const run = settled(running, draft.now);
  closeRun(draft, run, 'REQUEUED');
  draft.running.delete(id);
  const {
    task,
    start: _start,
    on: _on,
    billing: _billing,
    suspended: _s,
    suspendedBefore: _before,
    suspendedSince: _since,
    ...job
  } = run;
  const submit = nextSubmit(draft, run);
  draft.waiting.set(id, {
    ...job,
    submit,
    eligible: submit + REQUEUE_SECONDS,
    tasks: task && { array: task.array, next: task.index, last: task.index },
    giveUpAt: null,
    reason: 'BeginTime',
  });
  return done;
}

/**
 * Takes nodes away. The row goes on in a new one whose start is the first start, and counts from there again. A suspended job
 * stays suspended.
 */
export function resizeJob(draft: Draft, id: number, nodes: number): Answer {
  const running = draft.running.get(id);
  if (!running) return invalid;
  if (!Number.isSafeInteger(nodes) || nodes < 1 || nodes >= running.nodes)
    return refused('Requested size is not less');
  const run = settled(running, draft.now);
  closeRun(draft, run, 'RESIZING');
  const part = (figure: number) => (figure / running.nodes) * nodes;
  const size = { cpus: part(running.cpus), gpus: part(running.gpus) };
  const narrow: RunningJob = {
    ...run,
    ...size,
    nodes,
    on: running.on.slice(0, nodes),
    billing: billingOf(draft.setup, size),
    submit: nextSubmit(draft, running),
    suspendedBefore: run.suspended,
    suspendedSince: running.suspendedSince === null ? null : draft.now,
  };
  draft.pool.take(narrow.on, shareOf(narrow));
  draft.running.set(id, narrow);
  return done;
}

/** Two runs of a job never share a submit time: together with the id it is their key. */
const nextSubmit = (draft: Draft, { submit }: RunningJob): number => Math.max(draft.now, submit + 1);
