import { beforeEach, describe, expect, it } from '@jest/globals';
import { NOON, runOf } from '../testing/builders.ts';
import { MemoryDisk } from '../testing/memory-disk.ts';
import { Spool } from './spool.ts';
import { KEPT_AFTER_STORED_SECONDS } from './upkeep.ts';

const from = (first: number) => ({ first, last: Infinity });

describe('a spool without a session', () => {
  let disk: MemoryDisk;
  let now: number;

  beforeEach(() => {
    disk = new MemoryDisk();
    now = NOON;
  });

  const openUnnumbered = async (): Promise<Spool> => {
    const options = { disk, zone: 'Europe/Berlin', epoch: 1, now: () => now, journalFileBytes: 600 };
    return (await Spool.open(options)).spool;
  };
  const open = async (first: number): Promise<Spool> => {
    const spool = await openUnnumbered();
    await spool.beginSession(from(first), 0);
    return spool;
  };
  const recordsOf = async (spool: Spool, segment: number): Promise<unknown[]> =>
    (await spool.message(segment))?.records ?? [];

  const changed = { ...runOf(1), state: 'TIMEOUT', elapsed: 90 };
  const own = (spool: Spool, segment: number) =>
    spool.ownRunsSince('chem', { epoch: 1, segment }).reduce((sum, { seconds }) => sum + seconds, 0);

  it('gives numbers of the next one in the same order, to what was spooled without alone', async () => {
    const spool = await open(1_000);
    await spool.accept([runOf(1)]);
    spool.endSession();
    await spool.accept([runOf(2)]);
    await spool.accept([changed]);
    await spool.beginSession(from(2_000), 0);
    await spool.accept([runOf(3)]);
    expect([...spool.waiting]).toEqual([1_000, 2_000, 2_001, 2_002]);
    for (const known of [spool, await openUnnumbered()]) {
      expect([...known.waiting]).toEqual([1_000, 2_000, 2_001, 2_002]);
      const sent = await Promise.all([...known.waiting].map((segment) => recordsOf(known, segment)));
      expect(sent).toEqual([[runOf(1)], [runOf(2)], [changed], [runOf(3)]]);
      expect([...known.waiting].filter((segment) => known.isRevision(segment))).toEqual([2_001]);
      expect(await known.accept([changed, runOf(2), runOf(3)])).toEqual([]);
    }
  });

  it('takes no number from the ledger for its own that only stands for one to come', async () => {
    const spool = await openUnnumbered();
    await spool.accept([runOf(1)]);
    expect(await spool.markStored([1])).toEqual([]);
    expect([spool.storedThrough, own(spool, 1), own(spool, 5_000)]).toEqual([0, 20, 20]);
    await spool.beginSession(from(2_000), 0);
    expect(await spool.markStored([1])).toEqual([]);
    expect([spool.storedThrough, own(spool, 1_999), own(spool, 2_000)]).toEqual([0, 20, 0]);
    expect(await spool.markStored([2_000])).toEqual([2_000]);
    expect(spool.storedThrough).toBe(2_000);
  });

  const waitsOnce = async (spool: Spool, runs: number) => {
    const sent = await Promise.all([...spool.waiting].map((segment) => recordsOf(spool, segment)));
    expect(sent.flat()).toEqual(Array.from({ length: runs }, (_, index) => runOf(index + 1)));
    expect(own(spool, 0)).toBe(runs * 20);
  };

  it('is without one still where its numbers could not be written', async () => {
    const spool = await openUnnumbered();
    await spool.accept([runOf(1)]);
    disk.full = true;
    await expect(spool.beginSession(from(1_000), 0)).rejects.toThrow('ENOSPC');
    disk.full = false;
    await spool.accept([runOf(2)]);
    expect(await spool.markStored([1, 2, 1_000, 1_001])).toEqual([]);
    await spool.beginSession(from(2_000), 0);
    await waitsOnce(spool, 2);
    expect([...spool.waiting].every((segment) => segment >= 2_000)).toBe(true);
  });

  it('goes on from where numbers were written when the machine went down', async () => {
    const spool = await openUnnumbered();
    for (let id = 1; id <= 100; id += 1) await spool.accept([runOf(id)]);
    disk.writesLeft = 1;
    await expect(spool.beginSession(from(1_000), 0)).rejects.toThrow('went down');
    disk.restart();
    const after = await openUnnumbered();
    await after.accept([runOf(101)]);
    await after.beginSession(from(2_000), 0);
    await waitsOnce(after, 101);
  });

  it('knows a mark for another past that stands where it gave a number for the time being', async () => {
    const before = await open(1_000);
    await before.accept([runOf(1)]);
    await before.markStored([1_000]);
    const setBack = disk.snapshot();
    await before.accept([runOf(2)]);
    await before.markStored([1_001]);
    setBack();
    const spool = await openUnnumbered();
    await spool.accept([runOf(3)]);
    await spool.beginSession(from(2_000), 0);
    await spool.markStored([2_000]);
    expect(spool.storedThrough).toBe(2_000);
    expect(spool.settledThrough([{ epoch: 1, segment: 1_001 }])).toBe(1_000);
  });

  it('sends again under the number of its session what the ledger had before it was restored', async () => {
    const spool = await openUnnumbered();
    await spool.accept([runOf(1)]);
    await spool.beginSession(from(1_000), 0);
    await spool.accept([runOf(2)]);
    await spool.markStored([1_000, 1_001]);
    await spool.resendAll();
    for (const known of [spool, await openUnnumbered()]) {
      expect([...known.waiting]).toEqual([1_000, 1_001]);
      expect(known.storedThrough).toBe(0);
    }
    await spool.markStored([1_000]);
    expect(spool.storedThrough).toBe(1_000);
  });

  it('lets files go that hold what went on under other numbers', async () => {
    const spool = await openUnnumbered();
    const rows = Array.from({ length: 40 }, (_, index) => runOf(index + 1));
    for (const row of rows) await spool.accept([row]);
    await spool.beginSession(from(1_000), 0);
    await spool.markStored([...spool.waiting]);
    now += KEPT_AFTER_STORED_SECONDS + 1;
    const files = (await disk.list('spool')).length;
    expect(await spool.tidy(new Map([['chem', { epoch: 1, segment: 0 }]]))).toBeGreaterThan(3);
    expect((await disk.list('spool')).length).toBeLessThan(files);
    const again = await openUnnumbered();
    expect([again.storedThrough, own(again, 0)]).toEqual([1_039, 40 * 20]);
    expect(await again.accept(rows)).toEqual([]);
  });
});
