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

  const runnerOf = async (
    script: string,
    limits: { timeoutMs?: number; peopleMs?: number; maxBytes?: number } = {},
    program = 'sacctmgr',
  ) => {
    await writeFile(join(folder, program), `#!/bin/sh\n${script}\n`);
    await chmod(join(folder, program), 0o755);
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

  it('waits less long for a directory of people that does not answer', async () => {
    const runner = await runnerOf('exec sleep 600', { peopleMs: 200 }, 'getent');
    await expect(runner.run('getent', [])).rejects.toThrow('getent did not end within 0.2 s');
  });

  it('ends a program that prints without end', async () => {
    const runner = await runnerOf('exec yes', { maxBytes: 100_000 });
    await expect(runner.run('sacctmgr', [])).rejects.toBeInstanceOf(CommandOutputTooLarge);
  });

  const streamed = async (runner: ReturnType<typeof spawnRunner>) => {
    const stream = runner.stream('sacctmgr', []);
    const pieces: string[] = [];
    for (;;) {
      const next = await stream.next();
      if (next.done === true) return { pieces, ...next.value };
      pieces.push(next.value);
    }
  };

  it('gives a long answer in pieces, and how it ended', async () => {
    const runner = await runnerOf('/usr/bin/head -c 300000 /dev/zero; echo "é"; echo wrong >&2; exit 3');
    const { pieces, ...result } = await streamed(runner);
    expect(pieces.length).toBeGreaterThan(1);
    expect(pieces.join('')).toBe(`${'\0'.repeat(300_000)}é\n`);
    expect(result).toEqual({ code: 3, stdout: '', stderr: 'wrong\n' });
  });

  it.each([
    ['that hangs', 'echo out; exec sleep 600', SchedulerUnavailable],
    ['that hangs with its output closed', 'exec >&-; exec sleep 600', SchedulerUnavailable],
    // For longer than a test may take, so that none passes by waiting for the child.
    ['whose output a child of its own holds open', 'sleep 40 & exec sleep 40', SchedulerUnavailable],
    ['that is ended by a signal', 'echo out; kill -9 $$', SchedulerUnavailable],
    ['that prints without end', 'exec yes', CommandOutputTooLarge],
  ])('gives no end to a program %s', async (_how, script, error) => {
    const runner = await runnerOf(script, { timeoutMs: 500, maxBytes: 100_000 });
    await expect(streamed(runner)).rejects.toBeInstanceOf(error);
  });

  it('does not count the time in which a piece is worked on, and ends a program that nobody reads on', async () => {
    const runner = await runnerOf('exec yes', { timeoutMs: 100 });
    const stream = runner.stream('sacctmgr', []);
    await stream.next();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect((await stream.next()).done).toBe(false);
    await stream.return({ code: 0, stdout: '', stderr: '' });
    expect((await stream.next()).done).toBe(true);
  });

  it('tells of a program that can not be run, and of one that is not there', async () => {
    const runner = await runnerOf('echo');
    await writeFile(join(folder, 'sacctmgr'), '#!/nowhere/sh\n');
    await expect(streamed(runner)).rejects.toThrow('could not be run');
    const nowhere = spawnRunner({ conf: null, path: folder, usualFolders: [] });
    await expect(nowhere.stream('squeue', []).next()).rejects.toThrow('squeue is not on this machine');
  });

  it('names a program that is not there', async () => {
    const runner = spawnRunner({ conf: null, path: folder, usualFolders: [] });
    await expect(runner.run('squeue', [])).rejects.toThrow(
      `squeue is not on this machine (looked in ${folder})`,
    );
  });
});
