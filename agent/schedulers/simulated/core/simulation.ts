import type { Change } from '../../scheduler.ts';
import { done, refused, type Answer } from './answer.ts';
import { declareAccount, writeChange, type Declaration } from './associations.ts';
import { draftOf, stateOf, type Draft } from './draft.ts';
import { endOf, endRuns, forgetEnded, giveUp } from './ending.ts';
import * as jobs from './job-commands.ts';
import { bringBack, loseState, takeAway } from './outages.ts';
import type { AccountingRow, JobRequest, Part, SimulationState } from './simulation-state.ts';
import { startWaiting } from './starting.ts';
import { submitJob } from './submission.ts';

type JobCommand = 'cancel' | 'suspend' | 'resume' | 'hold' | 'release' | 'requeue';

/** What happens to a scheduler from outside. */
export type SimulationEvent =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'submit'; readonly job: JobRequest }
  | { readonly kind: JobCommand; readonly id: number }
  | { readonly kind: 'resize'; readonly id: number; readonly nodes: number }
  | { readonly kind: 'change'; readonly change: Change }
  | { readonly kind: 'declare'; readonly declaration: Declaration }
  | { readonly kind: 'take-away' | 'bring-back'; readonly part: Part }
  | { readonly kind: 'lose-state' };

export interface Step {
  readonly state: SimulationState;
  /** Rows that came out of it, in the order of their writing. */
  readonly rows: readonly AccountingRow[];
  readonly answer: Answer;
}

/**
 * A scheduler's next state: time passes to `at` with all that happens by itself (jobs start, end, give up), then the event
 * happens. Pure; how the time between is divided into steps makes no difference.
 *
 * @param at Unix seconds; a moment that is past already means now
 */
export function simulate(state: SimulationState, at: number, event: SimulationEvent): Step {
  const draft = draftOf(state);
  passTime(draft, at);
  const answer = perform(draft, event);
  if (event.kind !== 'nothing') settle(draft);
  return { state: stateOf(draft), rows: draft.rows, answer };
}

function passTime(draft: Draft, to: number): void {
  for (let next = nextInstant(draft); next <= to; next = nextInstant(draft)) {
    draft.now = Math.max(draft.now, next);
    settle(draft);
  }
  draft.now = Math.max(draft.now, to);
  forgetEnded(draft);
}

/** When something happens by itself next (Unix seconds); infinite where nothing will. */
export function nextInstant({
  now,
  away,
  running,
  waiting,
}: Pick<SimulationState, 'now' | 'away' | 'running' | 'waiting'>): number {
  const controllerAway = away.has('queue');
  let next = Infinity;
  for (const run of running.values()) next = Math.min(next, endOf(run, controllerAway));
  if (controllerAway) return next;
  for (const { eligible, giveUpAt } of waiting.values()) {
    if (giveUpAt !== null) next = Math.min(next, giveUpAt);
    if (eligible !== null && eligible > now) next = Math.min(next, eligible);
  }
  return next;
}

/** What is due at one instant; room and limits that were freed are used at once. */
function settle(draft: Draft): void {
  endRuns(draft);
  giveUp(draft);
  startWaiting(draft);
}

function perform(draft: Draft, event: SimulationEvent): Answer {
  switch (event.kind) {
    case 'nothing':
      return done;
    case 'change':
      return draft.away.has('accounts') ? databaseAway : writeChange(draft, event.change);
    case 'declare':
      return draft.away.has('accounts') ? databaseAway : declareAccount(draft, event.declaration);
    case 'take-away':
      return takeAway(draft, event.part);
    case 'bring-back':
      return bringBack(draft, event.part);
    case 'lose-state':
      return loseState(draft);
    default:
      return draft.away.has('queue') ? controllerAway : command(draft, event);
  }
}

const databaseAway = refused('Problem talking to the database: Connection refused');
const controllerAway = refused('Unable to contact slurm controller (connect failure)');

function command(
  draft: Draft,
  event: Extract<SimulationEvent, { kind: 'submit' | JobCommand | 'resize' }>,
): Answer {
  switch (event.kind) {
    case 'submit':
      return submitJob(draft, event.job);
    case 'resize':
      return jobs.resizeJob(draft, event.id, event.nodes);
    case 'cancel':
      return jobs.cancelJob(draft, event.id);
    case 'suspend':
      return jobs.suspendJob(draft, event.id);
    case 'resume':
      return jobs.resumeJob(draft, event.id);
    case 'hold':
      return jobs.holdJob(draft, event.id);
    case 'release':
      return jobs.releaseJob(draft, event.id);
    case 'requeue':
      return jobs.requeueJob(draft, event.id);
  }
}
