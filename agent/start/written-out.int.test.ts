import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';

const module = new URL('written-out.ts', import.meta.url).href;

/** More than a pipe holds. */
const SIZE = 3_000_000;

/** Runs a program whose output nobody reads before it could have ended. @returns how much of it came */
async function readLate(end: string): Promise<number> {
  const source = `
    import { writtenOut } from ${JSON.stringify(module)};
    process.stdout.write('x'.repeat(${SIZE}));
    process.stderr.write('written');
    ${end}
    process.exit(0);`;
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', source],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const closed = once(child, 'close');
  await once(child.stderr, 'data');
  child.stderr.resume();
  let read = 0;
  child.stdout.on('data', (chunk: Buffer) => (read += chunk.length));
  await closed;
  return read;
}

describe('a process whose reader is slow', () => {
  it('ends when all that it wrote was taken', async () => {
    expect(await readLate('await writtenOut(process.stdout, process.stderr);')).toBe(SIZE);
  }, 30_000);

  it('would lose the rest where it did not wait', async () => {
    expect(await readLate('')).toBeLessThan(SIZE);
  }, 30_000);

  it('ends where nobody will read it any more', async () => {
    const source = `
      import { writtenOut } from ${JSON.stringify(module)};
      process.stdout.on('error', () => undefined).write('x'.repeat(${SIZE}));
      await writtenOut(process.stdout);
      process.exit(7);`;
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', source],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    child.stdout.destroy();
    expect(await once(child, 'exit')).toEqual([7, null]);
  }, 30_000);
});
