import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SchedulerUnavailable } from '../scheduler-errors.ts';
import { CommandOutputTooLarge, spawnRunner } from './command-runner.ts';

describe('the runner of Slurm programs', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'runner-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const runnerOf = async (script: string, limits: { timeoutMs?: number; maxBytes?: number } = {}) => {
    await writeFile(join(folder, 'sacctmgr'), `#!/bin/sh\n${script}\n`);
    await chmod(join(folder, 'sacctmgr'), 0o755);
    return spawnRunner({ conf: '/somewhere/slurm.conf', path: folder, ...limits });
  };

  it('gives arguments as they are, whatever a shell would make of them', async () => {
    const runner = await runnerOf('printf "<%s>" "$@"');
    const { stdout } = await runner.run('sacctmgr', ['a b', '$(id)', ';', '*', "'"]);
    expect(stdout).toBe("<a b><$(id)><;><*><'>");
  });

  it('gives a program nothing of our environment, and UTC', async () => {
    process.env['SLURM_CLUSTERS'] = 'everywhere';
    try {
      const runner = await runnerOf(
        '/usr/bin/env | /usr/bin/cut -d= -f1 | /usr/bin/sort | /usr/bin/tr "\\n" " "',
      );
      const { stdout } = await runner.run('sacctmgr', []);
      expect(stdout.split(' ').filter((name) => !['PWD', 'SHLVL', '_', 'OLDPWD', ''].includes(name))).toEqual(
        ['LC_ALL', 'PATH', 'SLURM_CONF', 'SLURM_TIME_FORMAT', 'TZ'],
      );
    } finally {
      delete process.env['SLURM_CLUSTERS'];
    }
  });

  it('closes the input, so that a program that asks gets no answer and ends', async () => {
    const runner = await runnerOf('read answer || echo nobody');
    expect((await runner.run('sacctmgr', [])).stdout).toBe('nobody\n');
  });

  it('tells exit code, output and complaints apart', async () => {
    const runner = await runnerOf('echo out; echo wrong >&2; exit 3');
    expect(await runner.run('sacctmgr', [])).toEqual({ code: 3, stdout: 'out\n', stderr: 'wrong\n' });
  });

  it('ends a program that hangs', async () => {
    const runner = await runnerOf('exec sleep 600', { timeoutMs: 200 });
    await expect(runner.run('sacctmgr', [])).rejects.toBeInstanceOf(SchedulerUnavailable);
  });

  it('ends a program that prints without end', async () => {
    const runner = await runnerOf('exec yes', { maxBytes: 100_000 });
    await expect(runner.run('sacctmgr', [])).rejects.toBeInstanceOf(CommandOutputTooLarge);
  });

  it('names a program that is not there', async () => {
    const runner = spawnRunner({ conf: null, path: folder, usualFolders: [] });
    await expect(runner.run('squeue', [])).rejects.toThrow(
      `squeue is not on this machine (looked in ${folder})`,
    );
  });
});
