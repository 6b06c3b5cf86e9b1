import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMALL_FLAGS } from './small-process.ts';

const program = join(import.meta.dirname, '../testing/small.process.ts');

describe('a process that becomes small', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keystone-small-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const run = async (where = folder) => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, where], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await once(child, 'close');
    const told: unknown = JSON.parse(said);
    return { told, pid: child.pid };
  };

  it('keeps its number, grows slowly, and never loads the compiler, at the first start too', async () => {
    for (const _start of ['first', 'second']) {
      const { told, pid } = await run();
      expect(told).toEqual({ pid, flags: [...SMALL_FLAGS], compiled: false, told: [], after: true });
    }
  });

  it('keeps no code of another Node', async () => {
    await mkdir(join(folder, 'code-cache/v1-x64'), { recursive: true });
    await run();
    const kept = await readdir(join(folder, 'code-cache'));
    expect(kept).toHaveLength(1);
    expect(kept).not.toContain('v1-x64');
  });

  it('goes on as it is where the folder is missing, or others may write to it', async () => {
    const asItIs = expect.objectContaining({
      flags: ['--disable-warning=ExperimentalWarning'],
      compiled: true,
      after: true,
    });
    expect((await run(join(folder, 'missing'))).told).toEqual(asItIs);
    await chmod(folder, 0o777);
    expect((await run()).told).toEqual(asItIs);
    expect(await readdir(folder)).toEqual([]);
  });
});
