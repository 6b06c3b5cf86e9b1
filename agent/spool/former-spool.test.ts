import { beforeEach, describe, expect, it } from '@jest/globals';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NOON, runOf } from '../testing/builders.ts';
import { MemoryDisk } from '../testing/memory-disk.ts';
import { Spool } from './spool.ts';

/** A spool as agents left it whose checkpoint held all known runs; one of its files was removed, and a row changed. */
const FORMER = join(import.meta.dirname, 'fixtures/v1/spool');
const NOTHING = { epoch: 1, segment: 0 };

describe('a spool that a former version left', () => {
  let disk: MemoryDisk;
  beforeEach(async () => {
    disk = new MemoryDisk();
    for (const name of await readdir(FORMER))
      await disk.replace(`spool/${name}`, await readFile(join(FORMER, name)));
  });

  const open = async (pendingRuns?: number) => {
    const small = pendingRuns === undefined ? {} : { pendingRuns };
    const options = { disk, zone: 'Europe/Berlin', epoch: 1, now: () => NOON + 8 * 86_400, ...small };
    return Spool.open(options);
  };

  const taken = [
    runOf(1, { state: 'TIMEOUT' }),
    runOf(2, { state: 'FAILED' }),
    runOf(3, { account: 'bio' }),
    runOf(4),
    runOf(5, { state: 'FAILED' }),
    runOf(6, { submit: NOON - 9_000 }),
  ];

  const expectAll = async (spool: Spool) => {
    expect(await spool.accept(taken)).toEqual([]);
    expect(spool.position).toEqual({ watermark: NOON + 100, rescanned: NOON });
    expect([...spool.waiting]).toEqual([5]);
    expect(spool.storedThrough).toBe(4);
    expect([3, 4, 5].filter((segment) => spool.isRevision(segment))).toEqual([5]);
    expect(spool.ownRunsSince('chem', NOTHING)).toEqual([{ day: '2026-03-01', seconds: 100 }]);
    expect(spool.ownRunsSince('bio', NOTHING)).toEqual([{ day: '2026-03-01', seconds: 20 }]);
    expect((await spool.message(5))?.records).toEqual([taken[1], taken[4]]);
  };

  it('is opened with all that it knew', async () => {
    const { spool, repairs } = await open();
    expect(repairs).toEqual([]);
    await expectAll(spool);
  });

  it('goes on in the form of now, and is opened with the same again', async () => {
    const { spool } = await open(1);
    await spool.accept([]);
    expect(await disk.list('spool')).toContain('runs-0020513.log');
    await expectAll((await open()).spool);
  });
});
