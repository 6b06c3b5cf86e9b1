import { spawnRunner } from '@keystone/agent/schedulers/slurm/command-runner.ts';
import { finishedRunsOf } from '@keystone/agent/schedulers/slurm/read-arguments.ts';
import { SlurmScheduler } from '@keystone/agent/schedulers/slurm/slurm-scheduler.ts';
import { Spool } from '@keystone/agent/spool/spool.ts';
import { nodeDisk } from '@keystone/agent/state/node-disk.ts';
import { Accounting, RESCAN_SECONDS } from '@keystone/agent/usage/accounting.ts';
import { CLUSTER, NOW } from './slurm-answers.ts';

const DAY = 86_400;
const runnerOf = (programs: string) => spawnRunner({ conf: null, path: programs });

/** The agent's first reading of a month, into a spool. @returns rows that were taken */
export async function backfill(programs: string, root: string): Promise<number> {
  const now = () => NOW;
  const { spool } = await Spool.open({ disk: nodeDisk(root), zone: 'Europe/London', epoch: 1, now });
  let taken = 0;
  const reading = new Accounting({
    scheduler: new SlurmScheduler(runnerOf(programs), 'root'),
    spool,
    firstReading: RESCAN_SECONDS,
    now,
    monotonic: () => performance.now(),
    ready: async () => undefined,
    onRows: (news) => (taken += news.length),
    onUnreadable: (_pass, { first }) => {
      if (first !== null) throw new Error(`a row was not understood: ${first}`);
    },
  });
  while (!(await reading.readOn()));
  return taken;
}

/** The same answers, read as they come and thrown away. @returns rows that were seen */
export async function readAndForget(programs: string): Promise<number> {
  const runner = runnerOf(programs);
  let read = 0;
  for (let from = NOW - RESCAN_SECONDS; from < NOW; from += DAY) {
    for await (const piece of runner.stream('sacct', finishedRunsOf(CLUSTER, from, from + DAY)))
      read += piece.split('\n').length - 1;
  }
  return read;
}
