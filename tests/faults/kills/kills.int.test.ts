import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleAgent } from './bundle-agent.ts';
import { killAgents } from './kill-world.ts';
import { readArguments } from './read-arguments.ts';

/** Faults in the agent's code, planted in the text of its bundle. */
const plants = [
  {
    name: 'writes a policy over the one before',
    from: 'const draft = `${path}.draft`;',
    to: 'const draft = path;',
    shows: /half written/,
  },
  {
    name: 'counts a segment as stored when it is written',
    from: 'this.lastOf.set(epoch, segment);',
    to: 'this.index.markStored(segment, 1);',
    shows: /the ledger has not got it|its runs came to/,
  },
];

describe('agents that are killed within their writes', () => {
  let folder: string;
  let program: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keystone-doomed-'));
    program = await bundleAgent(folder);
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('lose nothing, charge nothing twice and set no wrong limit', async () => {
    const seed = (Date.now() % 1_000_000_000) + 1;
    const { violations, kills } = await killAgents(program, seed, 30);
    expect({ seed, violations }).toEqual({ seed, violations: [] });
    expect(Object.values(kills).reduce((sum, times) => sum + times, 0)).toBe(30);
  }, 120_000);

  it.each(plants)(
    'are found out where one $name',
    async ({ from, to, shows }) => {
      const text = await readFile(program, 'utf8');
      expect(text).toContain(from);
      const planted = join(folder, 'planted.mjs');
      await writeFile(planted, text.replace(from, to));
      const { violations } = await killAgents(planted, 1, 20);
      expect(violations.map(({ what }) => what).join()).toMatch(shows);
    },
    120_000,
  );
});

describe('the command', () => {
  it.each([['0'], ['-1'], ['x'], ['1000001'], ['1.5']])('refuses to kill %s agents', (count) => {
    expect(() => readArguments([`--count=${count}`], 1)).toThrow('--count takes a whole number');
  });
  it('has a count of its own', () => {
    expect(readArguments([], 7)).toMatchObject({ count: 500, seed: 7 });
  });
});
