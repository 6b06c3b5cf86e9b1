import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FunctionPool } from './function-pool.ts';

const code = `
let calls = 0;
export const handler = async (event, context) => {
  calls += 1;
  if (event.fail) throw new TypeError('no');
  if (event.hang) await new Promise(() => setInterval(() => undefined, 1000));
  if (event.exit) process.exit(3);
  return { calls, mine: process.env.MINE, home: process.env.HOME, left: context.getRemainingTimeInMillis() > 0, at: new Date(0), none: undefined };
};`;

describe('a function in its own threads', () => {
  let folder = '';
  let pool: FunctionPool;
  const logs: string[] = [];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'keystone-pool-'));
    writeFileSync(join(folder, 'index.mjs'), code);
    const spec = {
      name: 'f',
      arn: 'arn:f',
      role: 'r',
      code: folder,
      handler: 'index.handler',
      timeoutSeconds: 1,
      memoryMb: 128,
      environment: { MINE: 'yes' },
      accessKeyId: 'LOCALF',
    };
    pool = new FunctionPool({ spec, variables: {}, log: (text) => logs.push(text) }, 2);
  });

  afterAll(async () => {
    await pool.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('answers with JSON, keeps module state between calls, and sees its own environment only', async () => {
    expect(await pool.invoke({})).toEqual({
      calls: 1,
      mine: 'yes',
      left: true,
      at: '1970-01-01T00:00:00.000Z',
    });
    expect(await pool.invoke({})).toMatchObject({ calls: 2 });
  });

  it('handles one event at a time in an environment, and makes a second one when the first is busy', async () => {
    const answers = await Promise.all([pool.invoke({}), pool.invoke({}), pool.invoke({}), pool.invoke({})]);
    expect(answers).toHaveLength(4);
    expect(JSON.stringify(answers)).toContain('"calls":1');
  });

  it('tells of an error, and goes on', async () => {
    await expect(pool.invoke({ fail: true })).rejects.toThrow('f: TypeError: no');
    expect(logs.join('')).toContain('TypeError: no');
    await expect(pool.invoke({})).resolves.toMatchObject({ mine: 'yes' });
  });

  it('ends an environment whose time is over or that exits, and starts a new one', async () => {
    await expect(pool.invoke({ hang: true })).rejects.toThrow('timed out after 1 s');
    await expect(pool.invoke({ exit: true })).rejects.toThrow(/environment ended/);
    await expect(pool.invoke({})).resolves.toMatchObject({ mine: 'yes' });
  });
});
