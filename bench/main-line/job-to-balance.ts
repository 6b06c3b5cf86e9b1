import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { balanceOf } from '@keystone/tests/support/centre.ts';
import { eventually } from '@keystone/tests/support/eventually.ts';
import { finishedRows, submit } from '@keystone/tests/support/slurm-jobs.ts';
import type { BenchRun, Figure } from '../figures/figure.ts';
import { spreadOf } from '../measure/statistics.ts';
import { ACCOUNT, startMainLine, type MainLine } from './main-line.ts';

interface Sample {
  sacct: number;
  balance: number;
}

/**
 * Times a job from its last command to the balance that the API shows, and beside it, in the same run, the floor: when
 * the job's row shows in sacct at all.
 */
export async function benchCharge(run: BenchRun): Promise<Figure[]> {
  const line = await startMainLine(run, 100);
  const folder = mkdtempSync(join(tmpdir(), 'keystone-bench-'));
  run.undo(() => rmSync(folder, { recursive: true, force: true }));
  chmodSync(folder, 0o777);
  const samples: Sample[] = [];
  for (let index = 0; index < run.size; index++) {
    const sample = await oneJob(line, join(folder, `end-${index}`), index + 1);
    samples.push(sample);
    run.print({ sample: index, ...sample });
  }
  const balance = spreadOf(samples.map((sample) => sample.balance));
  const sacct = spreadOf(samples.map((sample) => sample.sacct));
  return [
    { key: 'charge.balance.p50', value: balance.p50, floor: sacct.p50 },
    { key: 'charge.balance.p99', value: balance.p99, floor: sacct.p99 },
  ];
}

async function oneJob({ slurm, staff, cluster }: MainLine, end: string, jobs: number): Promise<Sample> {
  const size = ['-A', ACCOUNT, '-n', '2', '-t', '2'];
  const job = await submit(slurm, 'alice', [...size, '--wrap', `sleep 2; date +%s%3N > ${end}`]);
  const inSacct = eventually(
    async () => (await finishedRows(slurm, ACCOUNT)).some(({ jobId }) => jobId === job) && Date.now(),
    { what: `job ${job} in sacct` },
  );
  const inBalance = eventually(
    async () => ((await balanceOf(staff, cluster, ACCOUNT))?.jobs ?? 0) >= jobs && Date.now(),
    { what: `job ${job} in the balance`, everyMs: 50 },
  );
  const [sacctAt, balanceAt] = await Promise.all([inSacct, inBalance]);
  const ended = Number(readFileSync(end, 'utf8'));
  return { sacct: sacctAt - ended, balance: balanceAt - ended };
}
