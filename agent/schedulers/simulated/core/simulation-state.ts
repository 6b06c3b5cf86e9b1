import type { UsageRecord } from '@keystone/shared/contracts/usage.ts';

/** The machine, and what of a scheduler's configuration the agent's work depends on. */
export interface ClusterSetup {
  readonly cluster: string;
  readonly partition: string;
  readonly nodes: { readonly count: number; readonly cpus: number; readonly gpus: number };
  readonly memoryMbPerCpu: number;
  /** Whole weights: with fractions a scheduler's counter and its rows drift apart. */
  readonly billing: { readonly cpu: number; readonly gpu: number };
  /** The longest time limit that a job may have. */
  readonly maxMinutes: number;
  /** Running jobs are added to the counters once in this time (PriorityCalcPeriod). */
  readonly calcPeriodSeconds: number;
}

export type Outcome = 'COMPLETED' | 'FAILED' | 'CANCELLED' | 'OUT_OF_MEMORY' | 'NODE_FAIL';

/** What a job would do if it were let alone. */
export interface JobPlan {
  readonly seconds: number;
  readonly outcome: Outcome;
  /** How much of its processors it keeps busy. */
  readonly busyPercent: number;
}

export interface JobRequest {
  readonly user: string;
  readonly account: string;
  /** In all, spread evenly over the nodes. */
  readonly cpus: number;
  readonly gpus: number;
  readonly nodes: number;
  readonly limitMinutes: number;
  /** Tasks of an array, or null for a job of its own. */
  readonly tasks: number | null;
  readonly plan: JobPlan;
  /** Its person cancels it where it waits for longer than this. */
  readonly patienceSeconds: number | null;
}

/** Why a job waits, in Slurm's words. */
export type WaitReason =
  | 'None'
  | 'Resources'
  | 'Priority'
  | 'BeginTime'
  | 'JobHeldUser'
  | 'InvalidAccount'
  | 'AssocGrpBillingMinutes'
  | 'AssocGrpJobsLimit'
  | 'AssocMaxJobsLimit';

interface JobBase extends Omit<JobRequest, 'tasks' | 'limitMinutes' | 'patienceSeconds'> {
  readonly id: number;
  readonly limitSeconds: number;
  readonly submit: number;
}

/** Tasks of an array wait as one job; each gets an id of its own when it starts, and the last one keeps the array's. */
export interface WaitingJob extends JobBase {
  readonly tasks: { readonly array: number; readonly next: number; readonly last: number } | null;
  /** It can't start before; null while its person holds it. */
  readonly eligible: number | null;
  readonly giveUpAt: number | null;
  readonly reason: WaitReason;
}

export interface RunningJob extends JobBase {
  readonly task: { readonly array: number; readonly index: number } | null;
  readonly eligible: number;
  readonly start: number;
  /** Indexes of its nodes. */
  readonly on: readonly number[];
  readonly billing: number;
  /** Seconds of suspensions that are over. */
  readonly suspended: number;
  /** How much of them was over when the job was resized last: its row leaves that out. */
  readonly suspendedBefore?: number | undefined;
  readonly suspendedSince: number | null;
}

/** Shown for a few minutes after its end; its row changes where the controller loses its state in that time. */
export interface EndedJob {
  readonly account: string;
  readonly endedAt: number;
  readonly run: RunningJob | null;
}

export interface Member {
  readonly maxJobs: number | null;
  readonly maxSubmitJobs: number | null;
}

export interface Account {
  readonly parent: string;
  /** GrpTRESMins=billing, or null where nothing limits it. */
  readonly limitMinutes: number | null;
  readonly grpJobs: number | null;
  readonly grpSubmitJobs: number | null;
  /** Billing-seconds of its own runs that ended, as the scheduler counts them: suspended time included. */
  readonly endedSeconds: number;
  readonly members: ReadonlyMap<string, Member>;
}

/** `accounts` keeps accounts and finished runs (slurmdbd), `queue` keeps jobs and counters (slurmctld). */
export type Part = 'accounts' | 'queue';

/** A row of the accounting. It shows from `visibleAt`; a later row of the same job and submit time takes its place. */
export interface AccountingRow {
  readonly visibleAt: number;
  readonly run: UsageRecord;
}

/** Everything that a scheduler knows at one moment. Times are Unix seconds. */
export interface SimulationState {
  readonly setup: ClusterSetup;
  readonly now: number;
  /** When counting began; the ticks of the counters lie whole periods after it. */
  readonly begunAt: number;
  readonly nextJob: number;
  readonly accounts: ReadonlyMap<string, Account>;
  readonly defaultAccounts: ReadonlyMap<string, string>;
  readonly waiting: ReadonlyMap<number, WaitingJob>;
  readonly running: ReadonlyMap<number, RunningJob>;
  readonly ended: ReadonlyMap<number, EndedJob>;
  readonly away: ReadonlySet<Part>;
  /** Rows that can't be written while a part is away. */
  readonly heldRows: readonly UsageRecord[];
}

export const ROOT = 'root';

/** A scheduler without jobs; it has its root account, as each has. */
export function emptySimulation(setup: ClusterSetup, at: number): SimulationState {
  return {
    setup,
    now: at,
    begunAt: at,
    nextJob: 1,
    accounts: new Map([[ROOT, newAccount('')]]),
    defaultAccounts: new Map(),
    waiting: new Map(),
    running: new Map(),
    ended: new Map(),
    away: new Set(),
    heldRows: [],
  };
}

export function newAccount(parent: string): Account {
  return {
    parent,
    limitMinutes: null,
    grpJobs: null,
    grpSubmitJobs: null,
    endedSeconds: 0,
    members: new Map(),
  };
}

/** An account and all above it. */
export function lineOf(accounts: ReadonlyMap<string, Account>, account: string): string[] {
  const line: string[] = [];
  for (let name = account; accounts.has(name) && !line.includes(name);) {
    line.push(name);
    name = accounts.get(name)?.parent ?? '';
  }
  return line;
}
