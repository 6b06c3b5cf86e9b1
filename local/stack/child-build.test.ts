import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { childBuild, type ChildBuild } from './child-build.ts';

const script = `
import { mkdirSync, writeFileSync, appendFileSync } from 'node:fs';
appendFileSync(process.env.RUNS, 'x');
if (process.env.FAIL) { console.error('what is wrong'); process.exit(1); }
mkdirSync(process.env.OUT_DIR); writeFileSync(process.env.OUT_DIR + '/made', process.env.OUT_DIR);
`;

describe('a build in a process of its own', () => {
  let folder = '';
  const build = (change: Partial<ChildBuild> = {}): ChildBuild => ({
    name: 'a thing',
    sources: ['local/stack/child-build.ts'],
    args: [join(folder, 'build.mjs')],
    env: { RUNS: join(folder, 'runs') },
    folder: join(folder, 'builds'),
    log: () => undefined,
    ...change,
  });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'keystone-build-'));
    writeFileSync(join(folder, 'build.mjs'), script);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('happens once for the same sources, also when two want it at once', async () => {
    const [first, second] = await Promise.all([childBuild(build()), childBuild(build())]);
    expect(second).toBe(first);
    expect(await childBuild(build())).toBe(first);
    expect(readFileSync(join(folder, 'runs'), 'utf8')).toBe('x');
    expect(readdirSync(first)).toEqual(['made']);
  });

  it('happens again for other sources', async () => {
    const other = await childBuild(build({ sources: ['local/stack/build-lock.ts'] }));
    expect(other).not.toBe(await childBuild(build()));
  });

  it('fails with what the build said, and leaves nothing that looks finished', async () => {
    const env = { RUNS: join(folder, 'runs'), FAIL: '1' };
    await expect(childBuild(build({ env }))).rejects.toThrow(/a thing failed[^]*what is wrong/);
    expect(readdirSync(join(folder, 'builds')).filter((name) => !name.endsWith('.building'))).toEqual([]);
  });

  it('waits for no holder that is gone', async () => {
    await childBuild(build());
    writeFileSync(join(folder, 'builds', 'lock'), '999999999');
    await expect(childBuild(build({ sources: ['local/stack/build-lock.ts'] }))).resolves.toContain(folder);
  });
});
