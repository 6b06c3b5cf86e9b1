import { mkdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import { spawnRunner, type SlurmProgram } from '@keystone/agent/schedulers/slurm/command-runner.ts';
import { openSlurm } from '@keystone/agent/schedulers/slurm/open-slurm.ts';
import * as args from '@keystone/agent/schedulers/slurm/read-arguments.ts';
import type { DesiredAccount } from '@keystone/agent/schedulers/scheduler.ts';
import { startSlurm, type SlurmLab } from '@keystone/local/slurm/start-slurm.ts';
import { eventually } from '../support/eventually.ts';

/**
 * Records what this machine's Slurm answers to the agent's commands, as fixtures for the parsers' tests. Run it where a
 * new release of Slurm is installed: node tests/schedulers/record-slurm-fixtures.cli.ts
 */
const wanted: DesiredAccount[] = [
  { account: 'chem', locked: false, limitMinutes: 600, members: ['alice', 'bob', 'carol'] },
  { account: 'bio', locked: true, limitMinutes: 0, members: ['alice'] },
  { account: 'math', locked: false, limitMinutes: 5, members: ['dave'] },
];

const lab = await startSlurm({
  cluster: 'recorded',
  extraConf: ['PartitionName=free Nodes=ALL MaxTime=UNLIMITED'],
});
try {
  await record(lab);
} finally {
  await lab.close();
}

async function record(slurm: SlurmLab): Promise<void> {
  const scheduler = openSlurm(slurm.env.SLURM_CONF, process.env);
  const { version } = await scheduler.describe();
  const folder = new URL(
    `../../agent/schedulers/slurm/fixtures/${version.split('.').slice(0, 2).join('.')}/`,
    import.meta.url,
  );
  await mkdir(folder, { recursive: true });
  const save = (name: string, text: string) =>
    writeFile(fileURLToPath(new URL(name, folder)), anonymous(text, slurm));
  const members = wanted.flatMap((account) => account.members);
  await scheduler.apply(scheduler.plan(wanted, await scheduler.readState(members)).changes);
  await scheduler.apply([{ kind: 'block-member', account: 'chem', user: 'carol' }]);
  await slurm.run('sacctmgr', ['-i', 'add', 'account', 'odd|name', 'cluster=recorded']);
  await runJobs(slurm);
  const runner = spawnRunner({ conf: slurm.env.SLURM_CONF, path: '' });
  const now = Math.floor(Date.now() / 1000);
  const answers: [string, SlurmProgram, readonly string[]][] = [
    ['associations.txt', 'sacctmgr', args.showAssociations('recorded')],
    ['users.txt', 'scontrol', args.showUsers],
    ['job-queue.txt', 'squeue', args.jobQueue],
    ['reserving-jobs.txt', 'squeue', args.reservingJobs],
    ['counters.txt', 'scontrol', args.showCounters(['chem', 'bio', 'math'])],
    ['accounting.txt', 'sacct', args.finishedRunsOf('recorded', now - 3_600, now + 60)],
    ['configuration.txt', 'scontrol', args.showConfiguration],
    ['partitions.txt', 'scontrol', args.showPartitions],
    ['clusters.txt', 'sacctmgr', args.showClusters],
    ['qualities.txt', 'sacctmgr', args.showQualities],
  ];
  for (const [file, program, command] of answers)
    await save(file, (await runner.run(program, command)).stdout);
  await save('outages.json', JSON.stringify(await outages(slurm), null, 2));
}

/** One job of each kind, and of some the counter's next tick. */
async function runJobs(slurm: SlurmLab): Promise<void> {
  const submit = async (...rest: string[]) => {
    const fixed = ['--parsable', '--chdir=/tmp', '--output=/dev/null', '--account=chem'];
    const { stdout, stderr } = await slurm.run('sbatch', [...fixed, ...rest], 'alice');
    if (stdout === '') throw new Error(stderr);
    return stdout.trim();
  };
  const control = (...command: string[]) => slurm.run('scontrol', command);
  await submit('-n2', '-t2', '-J', 'a|b\nc', '--wrap=sleep 1');
  await submit('-n3', '-t9', '--wrap=exit 3');
  const resized = await submit('-n6', '-N2', '-t9', '--wrap=sleep 600');
  const requeued = await submit('-n1', '-t9', '--wrap=sleep 600');
  const suspended = await submit('-n4', '-t7', '--wrap=sleep 600');
  await submit('-n1', '-t5', '--array=1-4%2', '--wrap=sleep 600');
  const never = await submit('-n120', '-t1-00:00:00', '--wrap=true');
  const state = async (job: string) =>
    (await slurm.run('squeue', ['-h', '-j', job, '-o', '%T'])).stdout.trim();
  await eventually(async () => (await state(suspended)) === 'RUNNING', { what: 'jobs to run' });
  await control('suspend', suspended);
  await control('update', `JobId=${resized}`, 'NumNodes=1');
  await control('requeue', requeued);
  await slurm.run('scancel', [never]);
  const counter = async () => {
    const { stdout } = await slurm.run('scontrol', [
      '-o',
      'show',
      'assoc_mgr',
      'accounts=chem',
      'flags=assoc',
    ]);
    return Number(/UserName= .*UsageRaw\/Norm\/Efctv=(\d+)/.exec(stdout)?.[1]);
  };
  // What has ended is less than this; the rest comes with the tick of PriorityCalcPeriod.
  await eventually(async () => (await counter()) > 200, { what: 'the tick', withinMs: 90_000, everyMs: 500 });
}

async function outages(slurm: SlurmLab): Promise<object[]> {
  const seen: object[] = [];
  const runner = spawnRunner({ conf: slurm.env.SLURM_CONF, path: '' });
  for (const daemon of ['slurmctld', 'slurmdbd', 'mariadb', 'munge'] as const) {
    await slurm.stop(daemon);
    for (const [program, command] of [
      ['sacctmgr', args.showClusters],
      ['sacct', args.finishedRunsOf('recorded', 0, 86_400)],
      ['scontrol', args.showConfiguration],
      ['squeue', args.jobQueue],
    ] as const) {
      const { code, stderr } = await runner.run(program, command);
      if (code !== 0) seen.push({ daemon, program, code, stderr });
    }
    await slurm.start(daemon);
  }
  return seen;
}

/** Nothing of the machine that recorded it. */
function anonymous(text: string, { options }: SlurmLab): string {
  return text.replaceAll(hostname(), 'head').replaceAll(options.dir, '/srv/slurm');
}
