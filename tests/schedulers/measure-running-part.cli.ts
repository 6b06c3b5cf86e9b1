import { openSlurm } from '@keystone/agent/schedulers/slurm/open-slurm.ts';
import { startSlurm, type SlurmLab } from '@keystone/local/slurm/start-slurm.ts';
import { eventually } from '../support/eventually.ts';
import { counterOf, submit } from '../support/slurm-jobs.ts';
import { ByHand } from './by-hand.ts';

/**
 * How well the agent tells which part of Slurm's counter belongs to running jobs. Accounts in which nothing has ended have
 * nothing but that part, so it must equal the counter. A JSON line an account and tick of PriorityCalcPeriod:
 *
 *     node tests/schedulers/measure-running-part.cli.ts [TICKS]
 */
const TICKS = Number(process.argv[2] ?? 3);

const kinds: Record<string, readonly string[]> = {
  plain: ['-n3', '-t20'],
  array: ['-n2', '-t20', '--array=1-5'],
  wide: ['-n1', '-t7', '--array=1-40'],
  parts: ['-n2', '-t15', ':', '-n3', '-t12'],
  suspended: ['-n4', '-t20'],
  overdue: ['-n5', '-t1'],
  shortened: ['-n3', '-t20'],
};

const lab = await startSlurm({ cluster: 'measured' });
try {
  await measure(lab, new ByHand(lab));
} finally {
  await lab.close();
}

async function measure(slurm: SlurmLab, hand: ByHand): Promise<void> {
  const scheduler = openSlurm(slurm.env.SLURM_CONF, process.env);
  const accounts = Object.keys(kinds);
  const jobs = new Map<string, number>();
  for (const account of accounts) {
    await scheduler.apply([
      { kind: 'add-account', account, locked: false },
      { kind: 'set-limit', account, limitMinutes: 100_000 },
      { kind: 'add-member', account, user: 'alice' },
    ]);
    jobs.set(
      account,
      await submit(slurm, 'alice', ['-A', account, ...(kinds[account] ?? []), '--wrap=sleep 900']),
    );
  }
  for (const job of jobs.values()) await hand.started(job);
  for (const kind of ['suspended', 'overdue']) await hand.must('scontrol', 'suspend', String(jobs.get(kind)));
  await hand.must('scontrol', 'update', `JobId=${jobs.get('shortened')}`, 'TimeLimit=10');
  let counted = 0;
  for (let tick = 1; tick <= TICKS; tick += 1) {
    const before = counted;
    counted = await eventually(
      async () => {
        const now = await counterOf(slurm, 'plain');
        return now > before && now;
      },
      { what: 'the tick', withinMs: 120_000, everyMs: 500 },
    );
    const counters = await scheduler.readCounters(accounts);
    for (const account of accounts) {
      const { counterSeconds = NaN, runningSeconds = NaN } = counters.get(account) ?? {};
      const usage = await counterOf(slurm, account);
      console.log(
        JSON.stringify({
          tick,
          account,
          usage,
          compared: counterSeconds,
          running: runningSeconds,
          left: counterSeconds - runningSeconds,
        }),
      );
    }
  }
}
