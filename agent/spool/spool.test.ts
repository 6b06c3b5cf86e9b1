import { beforeEach, describe, expect, it } from '@jest/globals';
import type { UsageRecord } from '@keystone/shared/contracts/usage.ts';
import { NOON, runOf } from '../testing/builders.ts';
import { MemoryDisk } from '../testing/memory-disk.ts';
import { Spool } from './spool.ts';
import { KEPT_AFTER_STORED_SECONDS } from './upkeep.ts';

const nothing = { epoch: 1, segment: 0 };
const from = (first: number) => ({ first, last: Infinity });

describe('the spool', () => {
  let disk: MemoryDisk;
  let now: number;
  let epoch: number;
  let journalFileBytes: number;
  /** The last one. */
  let session: number;

  beforeEach(() => {
    disk = new MemoryDisk();
    now = NOON;
    epoch = 1;
    journalFileBytes = 600;
    session = 0;
  });

  const openUnnumbered = async (): Promise<Spool> => {
    const options = { disk, zone: 'Europe/Berlin', epoch, now: () => now, journalFileBytes };
    return (await Spool.open(options)).spool;
  };
  const open = async (numbersFrom = 1): Promise<Spool> => {
    const spool = await openUnnumbered();
    await spool.beginSession(from(numbersFrom), session);
    session = numbersFrom;
    return spool;
  };
  const recordsOf = async (spool: Spool, segment: number): Promise<unknown[]> =>
    (await spool.message(segment))?.records ?? [];

  it('takes a row once, and again when it changed', async () => {
    const spool = await open();
    expect(await spool.accept([runOf(1)])).toEqual([runOf(1)]);
    expect(await spool.accept([runOf(1)])).toEqual([]);
    const changed = runOf(1, { state: 'TIMEOUT' });
    expect(await spool.accept([changed])).toEqual([changed]);
    expect([...spool.waiting]).toEqual([1, 2]);
  });

  it('knows segments of changed rows, which hold no others, also when it is opened again', async () => {
    const spool = await open();
    await spool.accept([runOf(1), runOf(2)]);
    await spool.accept([runOf(1, { state: 'TIMEOUT' }), runOf(3), runOf(2, { state: 'FAILED' })]);
    const jobs = async (segment: number) => (await recordsOf(spool, segment)).map((row) => keyText(row));
    expect(await Promise.all([2, 3].map(jobs))).toEqual([
      [keyText(runOf(3))],
      [keyText(runOf(1)), keyText(runOf(2))],
    ]);
    for (const known of [spool, await open()])
      expect([1, 2, 3].filter((segment) => known.isRevision(segment))).toEqual([3]);
  });

  it('keeps the later of two rows of one run in one read', async () => {
    const spool = await open();
    const later = runOf(1, { state: 'TIMEOUT' });
    expect(await spool.accept([runOf(1), later])).toEqual([later]);
  });

  it('splits what comes at once into segments of 84 records, by account, user and end day', async () => {
    const spool = await open();
    const rows = Array.from({ length: 200 }, (_, index) =>
      runOf(index + 1, { account: index % 2 ? 'bio' : 'chem', user: index % 3 ? 'bob' : 'alice' }),
    );
    await spool.accept(rows);
    const segments = await Promise.all([1, 2, 3].map((segment) => recordsOf(spool, segment)));
    expect(segments.map(({ length }) => length)).toEqual([84, 84, 32]);
    const order = segments.flat().map((row) => keyText(row));
    expect(order).toEqual([...order].sort());
  });

  it('stays below what the broker takes, however long rows are', async () => {
    const spool = await open();
    const wide = Array.from({ length: 84 }, (_, index) =>
      runOf(index + 1, { nodeList: 'n'.repeat(1024), allocTres: `billing=2,${'x'.repeat(1000)}` }),
    );
    await spool.accept(wide);
    const sizes = await Promise.all(
      [...spool.waiting].map(async (segment) => JSON.stringify(await spool.message(segment)).length),
    );
    expect(Math.max(...sizes)).toBeLessThan(131_072);
    expect(sizes.length).toBeGreaterThan(1);
  });

  it('knows all that it took after it was opened again', async () => {
    const before = await open();
    await before.accept([runOf(1), runOf(2)]);
    await before.move(() => ({ watermark: 500, rescanned: 400 }));
    await before.markStored([1]);
    await before.accept([runOf(3)]);
    const spool = await open();
    expect(await spool.accept([runOf(1), runOf(2), runOf(3)])).toEqual([]);
    expect(spool.position).toEqual({ watermark: 500, rescanned: 400 });
    expect([...spool.waiting]).toEqual([2]);
    expect(spool.storedThrough).toBe(1);
    expect(spool.lastEnd(3)).toBe(runOf(3).end);
  });

  it('goes on counting what a run was billed whose row can not be billed any more, as the ledger does', async () => {
    const spool = await open();
    await spool.accept([runOf(1)]);
    const used = spool.ownRunsSince('chem', nothing);
    const bad = runOf(1, { allocTres: 'billing=x' });
    expect(await spool.accept([bad])).toEqual([bad]);
    expect(spool.ownRunsSince('chem', nothing)).toEqual(used);
    await spool.accept([runOf(1)]);
    expect(spool.ownRunsSince('chem', nothing)).toEqual(used);
  });

  it('counts what an account used by start day, and a row that changed by its difference', async () => {
    const spool = await open();
    await spool.accept([runOf(1), runOf(2, { end: NOON - 86_400 }), runOf(3, { account: 'bio' })]);
    expect(spool.ownRunsSince('chem', nothing)).toEqual([
      { day: '2026-02-28', seconds: 20 },
      { day: '2026-03-01', seconds: 20 },
    ]);
    const shrunk = { ...runOf(1), elapsed: 4 };
    await spool.accept([shrunk]);
    expect(spool.ownRunsSince('chem', { epoch: 1, segment: 1 })).toEqual([
      { day: '2026-03-01', seconds: -12 },
    ]);
  });

  it('counts all of an epoch that the mark does not speak of', async () => {
    const spool = await open();
    await spool.accept([runOf(1)]);
    expect(spool.ownRunsSince('chem', { epoch: 1, segment: 1 })).toEqual([]);
    expect(spool.ownRunsSince('chem', { epoch: 4, segment: 9 })).toEqual([
      { day: '2026-03-01', seconds: 20 },
    ]);
  });

  it('goes on under a new enrolment: what was stored under the one before stays covered by its mark', async () => {
    await (await open()).accept([runOf(1)]);
    epoch = 2;
    const spool = await open();
    await spool.accept([runOf(2)]);
    expect(spool.ownRunsSince('chem', { epoch: 1, segment: 1 })).toEqual([
      { day: '2026-03-01', seconds: 20 },
    ]);
    expect(spool.ownRunsSince('chem', { epoch: 2, segment: 2 })).toEqual([]);
  });

  it('sends what was written under an enrolment before as that, and believes what the ledger says of that', async () => {
    await (await open()).accept([runOf(1)]);
    epoch = 2;
    const spool = await open();
    await spool.accept([runOf(1, { state: 'FAILED' })]);
    expect(await spool.message(1)).toMatchObject({ epoch: 1, segment: 1 });
    expect(await spool.message(2)).toMatchObject({ epoch: 2, segment: 2 });
    expect(await spool.markStored([1, 2])).toEqual([2]);
    expect([...spool.waiting]).toEqual([1]);
    expect(await spool.markStored([1, 2], 1)).toEqual([1]);
    expect([...spool.waiting]).toEqual([]);
    expect((await open()).waiting.size).toBe(0);
  });

  it('says which of its segments were written under an enrolment before', async () => {
    const first = await open();
    await first.accept([runOf(1)]);
    await first.accept([runOf(2)]);
    expect(first.carriedThrough).toBe(0);
    epoch = 2;
    const second = await open();
    await second.accept([runOf(3)]);
    expect(second.carriedThrough).toBe(2);
    epoch = 5;
    expect((await open()).carriedThrough).toBe(3);
  });

  it('takes nothing where the disk is full, and all of it later', async () => {
    const spool = await open();
    await spool.accept([runOf(1)]);
    disk.full = true;
    disk.tear = 0.5;
    await expect(spool.accept([runOf(2)])).rejects.toThrow('ENOSPC');
    await expect(spool.probe()).rejects.toThrow('ENOSPC');
    disk.full = false;
    expect(await spool.accept([runOf(2)])).toEqual([runOf(2)]);
    expect(await (await open()).accept([runOf(1), runOf(2)])).toEqual([]);
  });

  it('believes at its opening what lasts from then on, also what a write left that failed in its last step', async () => {
    await (await open()).accept([runOf(1)]);
    const failing = await open();
    disk.full = true;
    disk.tear = 1;
    await expect(failing.accept([runOf(2)])).rejects.toThrow('ENOSPC');
    expect(await recordsOf(await openUnnumbered(), 2)).toEqual([runOf(2)]);
    disk.tear = 0;
    disk.restart();
    disk.full = false;
    const after = await open();
    expect(await recordsOf(after, 2)).toEqual([runOf(2)]);
    await after.accept([runOf(3)]);
    expect(await recordsOf(after, 3)).toEqual([runOf(3)]);
  });

  describe('on a disk that was set back', () => {
    it('gives no number twice, and says from where on its own counts', async () => {
      const before = await open(1_000);
      await before.accept([runOf(1)]);
      await before.markStored([1_000]);
      const setBack = disk.snapshot();
      await before.accept([runOf(2)]);
      await before.markStored([1_001]);
      expect(before.settledThrough([{ epoch: 1, segment: 1_001 }])).toBe(1_001);
      setBack();
      const after = await open(2_000);
      await after.accept([runOf(2), runOf(3)]);
      expect([...after.waiting]).toEqual([2_000]);
      await after.markStored([2_000]);
      expect(after.storedThrough).toBe(2_000);
      expect(after.settledThrough([{ epoch: 1, segment: 1_001 }])).toBe(1_000);
      expect(after.settledThrough([{ epoch: 1, segment: 1_000 }])).toBe(2_000);
      expect(after.settledThrough([{ epoch: 2, segment: 1_001 }])).toBe(2_000);
    });

    it('gives no number again that a failed write may have left whole', async () => {
      const spool = await open(1_000);
      disk.full = true;
      await expect(spool.accept([runOf(1)])).rejects.toThrow('ENOSPC');
      disk.full = false;
      await spool.accept([runOf(2)]);
      expect([...spool.waiting]).toEqual([1_001]);
      await spool.markStored([1_001]);
      expect(spool.storedThrough).toBe(1_001);
    });

    it('takes numbers that were left out for none that were lost', async () => {
      journalFileBytes = 100;
      const rows = [10, 5_000, 1_790_000_000].map((from) => [runOf(from), runOf(from + 1), runOf(from + 2)]);
      for (const [first, ...others] of rows)
        if (first) await (await open(first.jobIdRaw)).accept([first, ...others]);
      const spool = await open(1_800_000_000);
      await spool.markStored([10, 1_790_000_000]);
      expect(spool.storedThrough).toBe(10);
      now += KEPT_AFTER_STORED_SECONDS + 1;
      expect(await spool.tidy(new Map())).toBeGreaterThan(0);
      const again = await open(1_800_000_001);
      expect(again.storedThrough).toBe(10);
      await again.markStored([5_000]);
      expect(again.storedThrough).toBe(1_790_000_000);
      expect(await again.accept(rows.flat())).toEqual([]);
    });
  });

  it('keeps what the ledger has for 7 days, and sends it again when the ledger was restored', async () => {
    const spool = await open();
    for (let id = 1; id <= 6; id += 1) await spool.accept([runOf(id)]);
    await spool.markStored([1, 2, 3, 4, 5, 6]);
    now += KEPT_AFTER_STORED_SECONDS - 1;
    expect(await spool.tidy(new Map())).toBe(0);
    await spool.resendAll();
    expect([...spool.waiting]).toEqual([1, 2, 3, 4, 5, 6]);
    expect(spool.storedThrough).toBe(0);
    expect([...(await open()).waiting]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('forgets files that the ledger has had for 7 days, but not their runs nor uncovered sums', async () => {
    const spool = await open();
    const rows = Array.from({ length: 12 }, (_, index) =>
      runOf(index + 1, index < 3 ? { account: 'bio' } : {}),
    );
    for (const row of rows) await spool.accept([row]);
    await spool.markStored(rows.map((_, index) => index + 1));
    now += KEPT_AFTER_STORED_SECONDS + 1;
    const files = (await disk.list('spool')).length;
    const marks = new Map([['chem', nothing]]);
    expect(await spool.tidy(marks)).toBeGreaterThan(0);
    expect((await disk.list('spool')).length).toBeLessThan(files);
    const again = await open();
    expect(await again.accept(rows)).toEqual([]);
    expect(again.storedThrough).toBe(12);
    expect(again.ownRunsSince('chem', nothing)).toEqual([{ day: '2026-03-01', seconds: 180 }]);
    expect(again.forgottenBeyond('chem', nothing)).toBe(0);
    // No policy speaks of bio: when one does, its runsTotal will hold what the ledger has.
    expect(again.ownRunsSince('bio', nothing)).toEqual([]);
    const lacking = [2, 3].map((segment) => again.forgottenBeyond('bio', { epoch, segment }));
    expect(lacking).toEqual([3, 0]);
    await again.accept([runOf(13)]);
    expect([...again.waiting]).toEqual([13]);
  });

  it('forgets in time what was stored while the clock was far ahead', async () => {
    const spool = await open();
    for (let id = 1; id <= 6; id += 1) await spool.accept([runOf(id)]);
    now += 400 * 86_400;
    await spool.markStored([1, 2, 3, 4, 5, 6]);
    now = NOON;
    expect(await spool.tidy(new Map())).toBe(0);
    now += KEPT_AFTER_STORED_SECONDS + 1;
    expect(await spool.tidy(new Map())).toBeGreaterThan(0);
  });

  it('has a checkpoint that does not grow with the runs that are known', async () => {
    const options = { disk, zone: 'Europe/Berlin', epoch, now: () => now, pendingRuns: 500 };
    const { spool } = await Spool.open(options);
    const bytes: number[] = [];
    for (let first = 1; first < 6_000; first += 400) {
      await spool.accept(Array.from({ length: 400 }, (_, at) => runOf(first + at)));
      bytes.push((await disk.read('spool/checkpoint.gz'))?.length ?? 0);
    }
    expect(bytes.filter((length) => length > 0).length).toBeGreaterThan(5);
    expect(Math.max(...bytes)).toBeLessThan(400);
    expect(await (await open()).accept([runOf(1), runOf(5_999), runOf(6_001)])).toEqual([runOf(6_001)]);
  });

  it('tells of a segment that was damaged on the medium instead of sending it', async () => {
    const spool = await open();
    await spool.accept([runOf(1)]);
    disk.flipByte('spool/journal-00000001.log', 160);
    await expect(spool.message(1)).rejects.toThrow('damaged');
  });
});

function keyText(row: unknown): string {
  const { account, user }: Partial<UsageRecord> = typeof row === 'object' && row !== null ? row : {};
  return `${account} ${user}`;
}
