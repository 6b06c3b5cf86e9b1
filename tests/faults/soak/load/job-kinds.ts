import type { SlurmLab } from '@keystone/local/slurm/start-slurm.ts';
import type { ByHand } from '../../../schedulers/by-hand.ts';
import { eventually } from '../../../support/eventually.ts';
import { submit } from '../../../support/slurm-jobs.ts';
import type { Stream } from '../../../world/core/chance.ts';

/** One job to be: whose it is, and chance of its own, so that what others do does not change it. */
export interface JobTurn {
  readonly lab: SlurmLab;
  readonly hand: ByHand;
  readonly account: string;
  readonly user: string;
  readonly chance: Stream;
}

type Play = (turn: JobTurn) => Promise<unknown>;

const send = ({ lab, user, account }: JobTurn, ...args: string[]): Promise<number> =>
  submit(lab, user, ['-A', account, ...args]);
const cpus = ({ chance }: JobTurn, most = 8): string => `-n${chance.whole(1, most)}`;
const sleeps = ({ chance }: JobTurn, from: number, to: number): string =>
  `--wrap=sleep ${chance.whole(from, to)}`;

/** A job that runs; what is then done to it is done after so many seconds. */
async function running(turn: JobTurn, after: number, ...args: string[]): Promise<number> {
  const id = await send(turn, ...args);
  await turn.hand.started(id);
  await turn.hand.lasts(after);
  return id;
}

async function requeue(turn: JobTurn): Promise<void> {
  const { hand, chance } = turn;
  const id = await running(turn, chance.whole(1, 4), cpus(turn, 4), '-t3', '--requeue', '--wrap=sleep 30');
  await hand.must('scontrol', 'requeue', String(id));
  const waits = async () => (await hand.statesOf(id)).includes('PENDING');
  await eventually(waits, { what: `job ${id} to wait again` });
  // slurmd revoked the first run's credential in whole seconds; a run that begins within the same one fails.
  await hand.lasts(3);
  await hand.must('scontrol', 'update', `JobId=${id}`, 'StartTime=now');
}

async function suspend(turn: JobTurn): Promise<void> {
  const { hand, chance } = turn;
  const id = await running(turn, 2, cpus(turn), '-t3', sleeps(turn, 8, 20));
  await hand.must('scontrol', 'suspend', String(id));
  await hand.lasts(chance.whole(2, 8));
  await hand.must('scontrol', 'resume', String(id));
}

async function resize(turn: JobTurn): Promise<void> {
  const { hand, chance } = turn;
  const tasks = chance.whole(1, 4);
  const wide = [`-n${tasks * 2}`, '-N2', `--ntasks-per-node=${tasks}`, '-t3'];
  const id = await running(turn, chance.whole(2, 6), ...wide, '--wrap=sleep 14');
  await hand.must('scontrol', 'update', `JobId=${id}`, 'NumNodes=1');
}

async function held(turn: JobTurn): Promise<void> {
  const { hand, chance } = turn;
  const id = await send(turn, cpus(turn), '-t2', '--hold', sleeps(turn, 1, 8));
  await hand.lasts(chance.whole(1, 6));
  if (chance.happens(0.5)) await hand.must('scontrol', 'release', String(id));
  else await hand.cancel(id);
}

async function cancelled(turn: JobTurn, ...args: string[]): Promise<void> {
  const id = await send(turn, ...args);
  await turn.hand.lasts(turn.chance.whole(1, 10));
  await turn.hand.cancel(id);
}

async function cancelledAsItRuns(turn: JobTurn): Promise<void> {
  const id = await running(turn, turn.chance.whole(1, 6), cpus(turn), '-t3', '--wrap=sleep 60');
  await turn.hand.cancel(id);
}

async function newTimeLimit(turn: JobTurn): Promise<void> {
  const id = await running(turn, 2, cpus(turn), '-t5', sleeps(turn, 6, 20));
  await turn.hand.must('scontrol', 'update', `JobId=${id}`, 'TimeLimit=2');
}

const plays = {
  plain: (turn) => send(turn, cpus(turn), '-t2', sleeps(turn, 1, 20)),
  fails: (turn) => send(turn, cpus(turn), '-t2', '--wrap=sleep 1; exit 3'),
  array: (turn) =>
    send(turn, cpus(turn, 3), '-t2', `--array=1-${turn.chance.whole(2, 8)}`, sleeps(turn, 1, 9)),
  'throttled-array': (turn) => cancelled(turn, cpus(turn, 3), '-t2', '--array=1-6%2', sleeps(turn, 2, 6)),
  heterogeneous: (turn) => send(turn, cpus(turn, 4), '-t2', ':', cpus(turn, 4), sleeps(turn, 1, 12)),
  requeued: requeue,
  suspended: suspend,
  resized: resize,
  held,
  'cancelled-as-it-waits': (turn) => cancelled(turn, cpus(turn), '-t2', '--begin=now+60', '--wrap=sleep 1'),
  'cancelled-as-it-runs': cancelledAsItRuns,
  // More than the account is awarded: it waits for its limit until somebody gives it up.
  'beyond-the-limit': (turn) => cancelled(turn, '-n128', '-N2', '-t59', '--wrap=sleep 1'),
  'out-of-time': (turn) => send(turn, cpus(turn, 4), '-t1', '--wrap=sleep 300'),
  'new-time-limit': newTimeLimit,
} satisfies Record<string, Play>;

export type JobKind = keyof typeof plays;

/** How often each comes. */
export const jobKinds: readonly (readonly [JobKind, number])[] = [
  ['plain', 5],
  ['array', 3],
  ['fails', 2],
  ['throttled-array', 1],
  ['heterogeneous', 2],
  ['requeued', 1],
  ['suspended', 2],
  ['resized', 2],
  ['held', 1],
  ['cancelled-as-it-waits', 1],
  ['cancelled-as-it-runs', 1],
  ['beyond-the-limit', 1],
  ['out-of-time', 1],
  ['new-time-limit', 1],
];

/** Submits a job of a kind and does with it what its kind is about. @throws Error where Slurm was away, or refused */
export const playJob = (kind: JobKind, turn: JobTurn): Promise<unknown> => plays[kind](turn);
