import * as z from 'zod';
import { usageRecordSchema } from '@keystone/shared/contracts/usage.ts';
import type { ClusterSetup, SimulationState } from './core/simulation-state.ts';
import type { Sources } from './workload/workload.ts';

const seconds = z.int().min(0);
const count = z.int().min(0);
const limit = count.nullable();
const byName = <V extends z.ZodType>(value: V) => z.array(z.tuple([z.string(), value]));
const byId = <V extends z.ZodType>(value: V) => z.array(z.tuple([z.int(), value]));

const job = z.object({
  id: z.int(),
  user: z.string(),
  account: z.string(),
  cpus: count,
  gpus: count,
  nodes: count,
  limitSeconds: seconds,
  submit: seconds,
  plan: z.object({
    seconds,
    outcome: z.enum(['COMPLETED', 'FAILED', 'CANCELLED', 'OUT_OF_MEMORY', 'NODE_FAIL']),
    busyPercent: z.number(),
  }),
});
const waitingJob = job.extend({
  tasks: z.object({ array: z.int(), next: z.int(), last: z.int() }).nullable(),
  eligible: seconds.nullable(),
  giveUpAt: seconds.nullable(),
  reason: z.enum([
    'None',
    'Resources',
    'Priority',
    'BeginTime',
    'JobHeldUser',
    'InvalidAccount',
    'AssocGrpBillingMinutes',
    'AssocGrpJobsLimit',
    'AssocMaxJobsLimit',
  ]),
});
const runningJob = job.extend({
  task: z.object({ array: z.int(), index: z.int() }).nullable(),
  eligible: seconds,
  start: seconds,
  on: z.array(count),
  billing: count,
  suspended: seconds,
  suspendedBefore: seconds.optional(),
  suspendedSince: seconds.nullable(),
});
const account = z.object({
  parent: z.string(),
  limitMinutes: limit,
  grpJobs: limit,
  grpSubmitJobs: limit,
  endedSeconds: seconds,
  members: byName(z.object({ maxJobs: limit, maxSubmitJobs: limit })),
});
const setup = z.object({
  cluster: z.string(),
  partition: z.string(),
  nodes: z.object({ count, cpus: count, gpus: count }),
  memoryMbPerCpu: count,
  billing: z.object({ cpu: count, gpu: count }),
  maxMinutes: count,
  calcPeriodSeconds: count,
});

const fileSchema = z.object({
  v: z.literal(1),
  /** Wall clock at which it was opened first, and the simulated time of then. */
  openedAt: z.number(),
  beganAt: seconds,
  rows: z.object({ file: z.string(), bytes: count }),
  sources: byName(z.object({ nextAt: seconds, random: z.int() })),
  state: z.object({
    setup,
    now: seconds,
    begunAt: seconds,
    nextJob: z.int(),
    accounts: byName(account),
    defaultAccounts: byName(z.string()),
    waiting: byId(waitingJob),
    running: byId(runningJob),
    ended: byId(z.object({ account: z.string(), endedAt: seconds, run: runningJob.nullable() })),
    away: z.array(z.enum(['accounts', 'queue'])),
    heldRows: z.array(usageRecordSchema),
  }),
});

/** What a simulation is between two runs of its process. */
export interface Kept {
  /** Wall clock (Unix seconds) at which it was opened first, and the simulated time of then. */
  readonly openedAt: number;
  readonly beganAt: number;
  /** The file of rows, and how many of its bytes belong to the state. */
  readonly rows: { readonly file: string; readonly bytes: number };
  readonly sources: Sources;
  readonly state: SimulationState;
}

export function keptToText({ state, sources, ...rest }: Kept): string {
  const accounts = [...state.accounts].map(([name, found]) => [
    name,
    { ...found, members: [...found.members] },
  ]);
  const { defaultAccounts, waiting, running, ended, away } = state;
  const lists = { defaultAccounts, waiting, running, ended, away };
  const listed = Object.fromEntries(Object.entries(lists).map(([name, items]) => [name, [...items]]));
  return JSON.stringify({ v: 1, ...rest, sources: [...sources], state: { ...state, ...listed, accounts } });
}

/** @throws z.ZodError or SyntaxError where the text is no kept simulation */
export function keptOfText(text: string): Kept {
  const { v: _v, state, sources, ...rest } = fileSchema.parse(JSON.parse(text));
  return {
    ...rest,
    sources: new Map(sources),
    state: {
      ...state,
      accounts: new Map(
        state.accounts.map(([name, found]) => [name, { ...found, members: new Map(found.members) }]),
      ),
      defaultAccounts: new Map(state.defaultAccounts),
      waiting: new Map(state.waiting),
      running: new Map(state.running),
      ended: new Map(state.ended),
      away: new Set(state.away),
    },
  };
}

/** True where both say the same machine. */
export function isSameSetup(a: ClusterSetup, b: ClusterSetup): boolean {
  return JSON.stringify(setup.parse(a)) === JSON.stringify(setup.parse(b));
}
