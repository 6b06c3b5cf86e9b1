import { spawnRunner } from '@keystone/agent/schedulers/slurm/command-runner.ts';
import { finishedRunsOf } from '@keystone/agent/schedulers/slurm/read-arguments.ts';
import { SlurmScheduler } from '@keystone/agent/schedulers/slurm/slurm-scheduler.ts';
import { Spool } from '@keystone/agent/spool/spool.ts';
import { nodeDisk } from '@keystone/agent/state/node-disk.ts';
import { Accounting, RESCAN_SECONDS } from '@keystone/agent/usage/accounting.ts';
import { peakMb } from '../measure/process-usage.ts';
import { timed } from '../measure/statistics.ts';
import { CLUSTER } from './slurm-answers.ts';

/**
 * The agent's first reading of a month of a scheduler's past, alone in a process, so that its peak is its own:
 * `node backfill.process.ts PROGRAMS SPOOL`, or without a spool: the same answers, read and thrown away.
 */
const [programs = '', folder] = process.argv.slice(2);
const runner = spawnRunner({ conf: null, path: programs });
const NOW = Date.UTC(2026, 10, 24, 12) / 1000;
const DAY = 86_400;

async function backfill(root: string): Promise<number> {
  const now = () => NOW;
  const { spool } = await Spool.open({ disk: nodeDisk(root), zone: 'Europe/London', epoch: 1, now });
  let taken = 0;
  const reading = new Accounting({
    scheduler: new SlurmScheduler(runner, 'root'),
    spool,
    firstReading: RESCAN_SECONDS,
    now,
    monotonic: () => performance.now(),
    onRows: (news) => (taken += news.length),
    onUnreadable: (_pass, [bad]) => {
      if (bad !== undefined) throw new Error(`a row was not understood: ${bad}`);
    },
  });
  while (!(await reading.readOn()));
  return taken;
}

async function readAndForget(): Promise<number> {
  let read = 0;
  for (let from = NOW - RESCAN_SECONDS; from < NOW; from += DAY) {
    const { stdout } = await runner.run('sacct', finishedRunsOf(CLUSTER, from, from + DAY));
    read += stdout.split('\n').length - 1;
  }
  return read;
}

const { result, ms } = await timed(() => (folder === undefined ? readAndForget() : backfill(folder)));
console.log(JSON.stringify({ rows: result, seconds: ms / 1000, peakMb: peakMb('self') }));
