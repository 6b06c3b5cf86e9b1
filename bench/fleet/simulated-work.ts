import type { SimulatedScheduler } from '@keystone/agent/schedulers/simulated/simulated-scheduler.ts';
import { usageRecordSchema } from '@keystone/shared/contracts/usage.ts';
import { billableSeconds } from '@keystone/shared/domain/billing.ts';
import { setTimeout as pause } from 'node:timers/promises';

export interface Work {
  user: string;
  account: string;
  jobs: number;
}

/** Jobs of 2 to 20 seconds, so that they end in a crowd and not all at once. */
const LENGTHS = 10;
const lengthOf = (job: number) => 2 * (1 + (job % LENGTHS));
const LOOK_MS = 1_000;
const PATIENCE_MS = 180_000;

/** Submits jobs and waits until the scheduler's accounting has all of them. @returns how many, and what they come to */
export async function workOff(
  scheduler: SimulatedScheduler,
  { user, account, jobs }: Work,
): Promise<{ runs: number; seconds: number }> {
  const from = Math.floor(Date.now() / 1000) - 1;
  for (let job = 0; job < jobs; job++) await submit(scheduler, { user, account }, job);
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await pause(LOOK_MS)) {
    const found = await rowsOf(scheduler, account, from);
    if (found.runs >= jobs) return found;
  }
  throw new Error(`${jobs} simulated jobs did not end within ${PATIENCE_MS / 1000} s`);
}

async function submit(
  scheduler: SimulatedScheduler,
  who: Pick<Work, 'user' | 'account'>,
  job: number,
): Promise<void> {
  const answer = await scheduler.perform({
    kind: 'submit',
    job: {
      ...who,
      cpus: 1 + (job % 4),
      gpus: 0,
      nodes: 1,
      limitMinutes: 2,
      tasks: null,
      plan: { seconds: lengthOf(job), outcome: 'COMPLETED', busyPercent: 90 },
      patienceSeconds: null,
    },
  });
  if (!answer.done) throw new Error(`the simulated scheduler refused a job: ${answer.why}`);
}

async function rowsOf(scheduler: SimulatedScheduler, account: string, from: number) {
  let [runs, seconds] = [0, 0];
  for await (const slice of scheduler.finishedRuns(from, Math.floor(Date.now() / 1000) + 1))
    for (const row of slice.runs) {
      const record = usageRecordSchema.parse(row);
      if (record.account !== account) continue;
      runs += 1;
      seconds += billableSeconds(record);
    }
  return { runs, seconds };
}
