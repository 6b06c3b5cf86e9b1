import type { Scheduler } from '../scheduler.ts';

export interface JobWish {
  readonly user: string;
  readonly account: string;
  /** Billing units, which are processors in every world. */
  readonly cpus: number;
  readonly limitMinutes: number;
  /** How long it would run. */
  readonly seconds: number;
  readonly nodes?: number;
  /** Tasks of an array; each is a job of its own when it starts. */
  readonly tasks?: number;
}

/** A part that the scheduler's commands need: `accounts` for accounts and finished runs, `queue` for jobs and counters. */
export type Part = 'accounts' | 'queue';

/**
 * A scheduler with people who use it, for the suite that every backend passes. The machine knows alice, bob and carol.
 * Time and waiting are the world's own, so that a simulated one need not wait.
 */
export interface SchedulerWorld {
  readonly scheduler: Scheduler;
  /** Resolves to the raw job id, or to `refused` where the scheduler does not take the job. */
  submit(job: JobWish): Promise<number | 'refused'>;
  cancel(job: number): Promise<void>;
  suspend(job: number): Promise<void>;
  resume(job: number): Promise<void>;
  /** Ends the run and queues the job again, to start at once. */
  requeue(job: number): Promise<void>;
  /** Takes a running job's second node away. */
  shrink(job: number): Promise<void>;
  /** Makes an account that the agent is not told about, with a limit and alice in it. */
  addForeignAccount(account: string, limitMinutes: number): Promise<void>;
  takeAway(part: Part): Promise<void>;
  bringBack(part: Part): Promise<void>;
  /** Asks until the answer is yes, and fails by name where it never is. */
  until(what: string, probe: () => Promise<boolean>): Promise<void>;
  /** Unix seconds. */
  now(): number;
  close(): Promise<void>;
}
