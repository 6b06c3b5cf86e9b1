import { mkdtempSync, readFileSync, rmSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { balanceOf } from '@keystone/tests/support/centre.ts';
import { eventually } from '@keystone/tests/support/eventually.ts';
import { finishedRows, submit } from '@keystone/tests/support/slurm-jobs.ts';
import { ACCOUNT, startMainLine } from './main-line.ts';
import { spreadOf } from './statistics.ts';

/**
 * Times a job from its last command to the balance that the API shows, and beside it, in the same run, the floor: when
 * the job's row shows in sacct at all.
 */
export async function benchCharge(size: number, print: (line: object) => void): Promise<object> {
  const line = await startMainLine(100);
  const folder = mkdtempSync(join(tmpdir(), 'keystone-bench-'));
  chmodSync(folder, 0o777);
  try {
    const samples: { sacct: number; balance: number }[] = [];
    for (let index = 0; index < size; index++) {
      const end = join(folder, `end-${index}`);
      const job = await submit(line.slurm, 'alice', [
        '-A',
        ACCOUNT,
        '-n',
        '2',
        '-t',
        '2',
        '--wrap',
        `sleep 2; date +%s%3N > ${end}`,
      ]);
      const inSacct = eventually(
        async () =>
          (await finishedRows(line.slurm, ACCOUNT)).some(({ jobId }) => jobId === job) && Date.now(),
        { what: `job ${job} in sacct` },
      );
      const inBalance = eventually(
        async () =>
          ((await balanceOf(line.staff, line.cluster, ACCOUNT))?.jobs ?? 0) >= index + 1 && Date.now(),
        { what: `job ${job} in the balance`, everyMs: 50 },
      );
      const [sacctAt, balanceAt] = await Promise.all([inSacct, inBalance]);
      const ended = Number(readFileSync(end, 'utf8'));
      const sample = { sacct: sacctAt - ended, balance: balanceAt - ended };
      samples.push(sample);
      print({ bench: 'charge', sample: index, sacctMs: sample.sacct, balanceMs: sample.balance });
    }
    return {
      jobEndToBalanceMs: spreadOf(samples.map(({ balance }) => balance)),
      floorRowInSacctMs: spreadOf(samples.map(({ sacct }) => sacct)),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await line.close();
  }
}
