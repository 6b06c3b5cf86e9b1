import { describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { programOf } from './daemon-process.ts';
import { daemonNames } from './lab-daemons.ts';
import { slurmStatus, startSlurm, type SlurmLab } from './start-slurm.ts';
import { waitUntil } from './wait-until.ts';

async function runJob(lab: SlurmLab, user?: string): Promise<string> {
  const submitted = await lab.run(
    'sbatch',
    ['--parsable', '--chdir=/tmp', '--output=/dev/null', '--wrap=true'],
    user,
  );
  if (submitted.code !== 0) throw new Error(submitted.stderr);
  const id = submitted.stdout.trim();
  const state = async () => (await lab.run('sacct', ['-nPX', '-a', '-j', id, '-o', 'State'])).stdout.trim();
  await waitUntil(async () => (await state()) === 'COMPLETED', 30_000, `job ${id} in sacct`);
  return id;
}

describe('startSlurm', () => {
  it('runs two clusters beside each other, each with a database of its own', async () => {
    const [one, two] = await Promise.all([
      startSlurm({ cluster: 'one' }),
      startSlurm({ cluster: 'two', nodes: 1 }),
    ]);
    try {
      expect(await Promise.all([runJob(one), runJob(two)])).toEqual(['1', '1']);
      const clusters = await one.run('sacctmgr', ['-nP', 'show', 'cluster', 'format=cluster']);
      expect(clusters.stdout).toBe('one\n');
    } finally {
      await Promise.all([one.close(), two.close()]);
    }
    expect([existsSync(one.options.dir), existsSync(two.options.dir)]).toEqual([false, false]);
  }, 120_000);

  it('lets a person of the lab submit, and keeps jobs and accounts while each daemon is killed and started', async () => {
    const lab = await startSlurm({ cluster: 'killed', nodes: 1 });
    try {
      await lab.run('sacctmgr', ['-i', 'add', 'account', 'chem', 'cluster=killed']);
      await lab.run('sacctmgr', ['-i', 'add', 'user', 'alice', 'account=chem', 'cluster=killed']);
      await runJob(lab, 'alice');
      for (const daemon of daemonNames) {
        await lab.kill(daemon);
        await lab.start(daemon);
      }
      await runJob(lab, 'alice');
      // A controller that was killed may count jobs from 1 again; -D shows both of one id.
      const rows = async () => (await lab.run('sacct', ['-nPXD', '-a', '-A', 'chem', '-o', 'State'])).stdout;
      const both = 'COMPLETED\nCOMPLETED\n';
      // Under the old job's id its row answers before the new one is there.
      await waitUntil(async () => (await rows()) === both, 30_000, 'the rows of both jobs');
      expect(await rows()).toBe(both);
    } finally {
      await lab.close();
    }
  }, 120_000);

  it('gives back a node that Slurm took out of service, and starts with one that is out, but leaves what a person drained', async () => {
    const lab = await startSlurm({ cluster: 'drained', nodes: 2, users: [] });
    const drain = (node: string, reason: string) =>
      lab.run('scontrol', ['update', `NodeName=${node}`, 'State=DRAIN', `Reason=${reason}`]);
    try {
      await drain('drained-n1', 'Duplicate jobid');
      await drain('drained-n2', 'new disk');
      // One that is killed may have forgotten it.
      await lab.stop('slurmctld');
      await lab.start('slurmctld');
      expect(await lab.resumeNodes()).toEqual(['drained-n1']);
      expect(await lab.resumeNodes()).toEqual([]);
      const states = async () => (await lab.run('sinfo', ['-h', '-N', '-o', '%T'])).stdout;
      await waitUntil(async () => (await states()).startsWith('idle\n'), 30_000, 'the node to be back');
      expect(await states()).toBe('idle\ndrained\n');
    } finally {
      await lab.close();
    }
  }, 120_000);

  it('leaves no job behind, whether its daemons are there to end it or not', async () => {
    for (const missing of [undefined, 'slurmctld'] as const) {
      const lab = await startSlurm({ cluster: 'busy', nodes: 1, users: [] });
      const script = 'trap "" TERM; echo $$ > /tmp/busy-job.pid; while :; do sleep 1; done';
      await lab.run('sbatch', ['--chdir=/tmp', '--output=/dev/null', `--wrap=${script}`]);
      const pidFile = '/tmp/busy-job.pid';
      await waitUntil(
        () => existsSync(pidFile) && readFileSync(pidFile, 'utf8') !== '',
        30_000,
        'the job to run',
      );
      const pid = Number(readFileSync(pidFile, 'utf8'));
      rmSync(pidFile);
      if (missing) await lab.kill(missing);
      await lab.close();
      expect(programOf(pid)).toBeUndefined();
    }
  }, 120_000);

  it('ends with the process that started it, even where that is killed', async () => {
    const source = `import { startSlurm } from '${new URL('start-slurm.ts', import.meta.url).href}';
      const lab = await startSlurm({ cluster: 'orphan', nodes: 1, users: [] });
      console.log(JSON.stringify(lab.options));
      setInterval(() => undefined, 1000);`;
    const owner = spawn(process.execPath, ['--input-type=module', '-e', source], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [printed] = await once(owner.stdout, 'data');
    const options = JSON.parse(String(printed));
    expect(slurmStatus(options).every(({ pid }) => pid !== undefined)).toBe(true);
    owner.kill('SIGKILL');
    await waitUntil(() => !existsSync(options.dir), 30_000, 'the folder of the lab to go');
    expect(slurmStatus(options).every(({ pid }) => pid === undefined)).toBe(true);
  }, 120_000);
});
