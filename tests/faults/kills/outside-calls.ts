import * as z from 'zod';
import type {
  ApplyResult,
  Counter,
  FinishedRuns,
  JobQueue,
  SchedulerDescription,
  SchedulerState,
} from '@keystone/agent/schedulers/scheduler.ts';

/** What an agent's process calls outside itself; another process answers, which lives on when the agent is killed. */
export interface Answers {
  describe: SchedulerDescription;
  readState: SchedulerState;
  readCounters: Map<string, Counter>;
  apply: ApplyResult[];
  finishedRuns: FinishedRuns[];
  queue: JobQueue;
  connect: null;
  subscribe: null;
  publish: null;
}
export type Method = keyof Answers;

/** Both ends are one program: calls are believed, but for their form. */
export const callSchema = z.object({
  id: z.int(),
  /** The agent's time, Unix milliseconds. */
  at: z.number(),
  method: z.custom<Method>(),
  argument: z.unknown(),
});
export type Call = z.infer<typeof callSchema>;

/** What comes back to the agent: the answer to a call, or a message of the broker. */
export const replySchema = z.union([
  z.object({ id: z.int(), answer: z.unknown() }),
  z.object({ id: z.int(), away: z.string() }),
  z.object({ topic: z.string(), payload: z.instanceof(Uint8Array) }),
]);
export type Reply = z.infer<typeof replySchema>;

/** How one life of the agent begins; it comes as the process's only argument, in JSON. */
export const lifeSchema = z.object({
  folder: z.string(),
  /** Unix milliseconds. */
  start: z.number(),
  /** After so much of the agent's time it does nothing more, and waits to be killed. */
  milliseconds: z.number(),
  seed: z.int(),
  /** Where it is to end by itself. */
  doom: z.unknown(),
  /** Whether it ends in order instead of waiting. */
  inOrder: z.boolean(),
});
export type AgentLife = z.infer<typeof lifeSchema>;

/** Small files and little memory, so that a short life turns them over. */
export const SPOOL_SIZES = { journalFileBytes: 4_000, pendingRuns: 6 };
