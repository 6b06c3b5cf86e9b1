import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockInstance, runningInstance } from './instance-lock.ts';

describe('the lock of a state folder', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keystone-lock-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const held = (pid: number, started: string) =>
    writeFile(join(folder, 'agent.pid'), JSON.stringify({ pid, started }));

  it('is held once, and given back', async () => {
    const unlock = await lockInstance(folder);
    expect(await runningInstance(folder)).toBe(process.pid);
    await expect(lockInstance(folder)).rejects.toThrow(`process ${process.pid}`);
    await unlock();
    expect(await runningInstance(folder)).toBeUndefined();
    expect(await readdir(folder)).toEqual([]);
  });

  it('of a process that ended is taken over', async () => {
    const child = spawn('true');
    await once(child, 'exit');
    await held(child.pid ?? 0, '1');
    await (
      await lockInstance(folder)
    )();
  });

  it('of a process whose number another one has now is taken over', async () => {
    await held(process.pid, '1');
    await (
      await lockInstance(folder)
    )();
  });

  it('that a crash tore is taken over', async () => {
    await writeFile(join(folder, 'agent.pid'), '{"pid":');
    await (
      await lockInstance(folder)
    )();
  });

  it('is won by one of many that take over a dead one at once', async () => {
    await held(process.pid, '1');
    const tries = await Promise.allSettled(Array.from({ length: 8 }, () => lockInstance(folder)));
    expect(tries.filter(({ status }) => status === 'fulfilled').length).toBe(1);
  });
});
