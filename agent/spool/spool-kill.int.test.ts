import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { nodeDisk } from '../state/node-disk.ts';
import { NOON, runOf } from '../testing/builders.ts';
import { Spool } from './spool.ts';

const program = join(import.meta.dirname, '../testing/spooling.process.ts');

/** The same moments in every run. */
const moments = Array.from({ length: 25 }, (_, index) => (index * 7919) % 97);

describe('a process that spools', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keystone-spool-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const open = async (): Promise<Spool> => {
    const now = (): number => NOON;
    return (await Spool.open({ disk: nodeDisk(folder), zone: 'UTC', epoch: 1, now })).spool;
  };

  /** Lets it spool, kills it `after` milliseconds of work, and says which id it had reached. */
  const killedAfter = async (first: number, after: number): Promise<number> => {
    const args = ['--disable-warning=ExperimentalWarning', program, folder, String(first)];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const ended = once(child, 'close');
    await once(child.stdout, 'data');
    await pause(after);
    child.kill('SIGKILL');
    await ended;
    return Number(said.trimEnd().split('\n').at(-1));
  };

  it('and is killed at any moment has lost nothing that it said it took', async () => {
    let next = 1;
    for (const moment of moments) {
      next = await killedAfter(next, moment);
      const spool = await open();
      const taken = Array.from({ length: next - 1 }, (_, index) => runOf(index + 1));
      expect(await spool.accept(taken)).toEqual([]);
      expect(spool.position.watermark ?? 0).toBeLessThanOrEqual(next + 120);
    }
    const spool = await open();
    for (const segment of spool.waiting) {
      const records = (await spool.message(segment))?.records ?? [];
      expect(new Set(records.map((record) => JSON.stringify(record))).size).toBe(records.length);
    }
    expect(next).toBeGreaterThan(moments.length);
  }, 120_000);
});
