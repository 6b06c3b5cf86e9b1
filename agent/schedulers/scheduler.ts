import type { AgentProblem } from '@keystone/shared/contracts/agent.ts';
import type { UsageRecord } from '@keystone/shared/contracts/usage.ts';

/** What an account must look like on the scheduler. The limit is in billing-minutes; 0 lets nothing start. */
export interface DesiredAccount {
  readonly account: string;
  readonly locked: boolean;
  readonly limitMinutes: number;
  readonly members: readonly string[];
}

/** One person's place in an account. A blocked member can neither submit nor start; jobs that run go on. */
export interface MemberState {
  readonly user: string;
  readonly blocked: boolean;
  readonly isDefault: boolean;
  /** True where the person has rights on the scheduler, which would go with their last place in an account. */
  readonly holdsRights: boolean;
}

export interface AccountState {
  readonly account: string;
  readonly parent: string;
  /** Billing-minutes; null where nothing limits the account. */
  readonly limitMinutes: number | null;
  readonly locked: boolean;
  readonly members: readonly MemberState[];
}

/** Everything that a plan is made from. Of the scheduler it is one complete read; a partial one throws instead. */
export interface SchedulerState {
  readonly accounts: readonly AccountState[];
  /** The people asked about that this machine does not know, or can't tell of just now; they wait until it does. */
  readonly unknownPeople: ReadonlySet<string>;
  readonly jobs: ReadonlyMap<number, UnfinishedJob>;
  /** What of the scheduler's answer can't be managed, such as names that no command can carry. */
  readonly problems: readonly AgentProblem[];
}

export interface UnfinishedJob {
  readonly user: string;
  readonly account: string;
  /** False while it waits in the queue. */
  readonly started: boolean;
}

/** One look at the queue, by raw job id. */
export interface JobQueue {
  /** Every job that holds a place in the queue or on the nodes. */
  readonly unfinished: ReadonlyMap<number, UnfinishedJob>;
  /**
   * Jobs whose use is counted in full and that the scheduler shows still: who came and went between two looks is here,
   * and who ended and is still cleared off the nodes is here and among the unfinished.
   */
  readonly ended: ReadonlyMap<number, EndedJob>;
}

export interface EndedJob {
  readonly account: string;
}

export type Change =
  | { readonly kind: 'add-account'; readonly account: string; readonly locked: boolean }
  | { readonly kind: 'set-limit'; readonly account: string; readonly limitMinutes: number }
  | { readonly kind: 'lock' | 'unlock'; readonly account: string }
  | {
      readonly kind: 'add-member' | 'block-member' | 'unblock-member';
      readonly account: string;
      readonly user: string;
    }
  /** `defaultAccount` is where the person's default goes first, or null where it need not move. */
  | {
      readonly kind: 'remove-member';
      readonly account: string;
      readonly user: string;
      readonly defaultAccount: string | null;
    };

/** Changes in the order in which they are safe to make, and what a person should know (who waits, and why). */
export interface Plan {
  readonly changes: readonly Change[];
  readonly problems: readonly AgentProblem[];
}

/** `applied` was read back from the scheduler; anything else was not, and `detail` is what the scheduler said. */
export type ApplyResult =
  | { readonly change: Change; readonly outcome: 'applied' }
  | { readonly change: Change; readonly outcome: 'failed'; readonly detail: string };

/**
 * Both in billing-seconds and from the same moment. `running` is how much of what was reserved for jobs that run is not
 * reserved any more: the part of `counter` that they have made, unless the counter lost some of it (decay, a reset). With
 * counter - running as what ended runs have made, the scheduler lets start what is left beside whole reservations. Where
 * it counts in whole minutes the difference is told too low by less than two, never too high.
 */
export interface Counter {
  readonly counterSeconds: number;
  readonly runningSeconds: number;
}

export interface SchedulerDescription {
  readonly kind: string;
  readonly version: string;
  readonly cluster: string;
  readonly problems: readonly AgentProblem[];
  /** False where the scheduler would not stop jobs at the limits that are written, or would not let them be written. */
  readonly canEnforce: boolean;
}

/**
 * Runs that ended in [from, to] (Unix seconds). When its runs are safe on disk, the watermark may move to `to`. A span
 * with many runs may come in parts: all but the last say that `to` is `from`, and the last names the end.
 */
export interface FinishedRuns {
  readonly from: number;
  readonly to: number;
  readonly runs: readonly UsageRecord[];
  /** Rows that could not be understood, cut short; none is dropped silently. */
  readonly unreadable: readonly string[];
}

/**
 * A batch scheduler as the agent sees it. Every method that reaches the scheduler throws SchedulerUnavailable where a
 * part of it is away; then nothing is known to have changed, and the caller reads and plans anew.
 */
export interface Scheduler {
  readonly kind: string;
  describe(): Promise<SchedulerDescription>;
  /** Reads accounts, members and jobs, and asks this machine which of `people` it does not know. */
  readState(people: Iterable<string>): Promise<SchedulerState>;
  /** Missing from the answer: accounts that the scheduler does not have, and ones that changed whenever they were looked at. */
  readCounters(accounts: readonly string[]): Promise<Map<string, Counter>>;
  /** Pure. Holds differences only; accounts that are not desired are never touched. */
  plan(desired: readonly DesiredAccount[], state: SchedulerState): Plan;
  /**
   * Pure. Changes in their order, in parts of which each is written in about half a minute: between two the caller looks
   * whether they are still wanted. Where a scheduler does not tell, it takes as long for each change.
   */
  portions?(changes: readonly Change[]): readonly (readonly Change[])[];
  /** Writes the changes in their order, reads back, and answers for each. */
  apply(changes: readonly Change[]): Promise<ApplyResult[]>;
  /** Slices in order of time, each small enough for the scheduler's accounting to answer at once. */
  finishedRuns(from: number, to: number): AsyncIterable<FinishedRuns>;
  /** Cheap enough to call every few seconds. */
  queue(): Promise<JobQueue>;
  /** Gives back what it holds on this machine, where it holds something. */
  close?(): Promise<void>;
}
