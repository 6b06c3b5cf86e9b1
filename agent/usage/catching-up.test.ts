import { beforeEach, describe, expect, it } from '@jest/globals';
import { MemoryDisk } from '../testing/memory-disk.ts';
import { CatchingUp } from './catching-up.ts';

let disk: MemoryDisk;
const empty = {
  position: { watermark: null, rescanned: null },
  owedSince: null,
  last: 0,
  removedThrough: 0,
  storedThrough: 0,
  carriedThrough: 0,
};
const spoolOf = (storedThrough: number, last = 4, carriedThrough = 0, owedSince: number | null = null) => ({
  position: { watermark: 1, rescanned: 1 },
  owedSince,
  last,
  removedThrough: 0,
  storedThrough,
  carriedThrough,
});

beforeEach(() => {
  disk = new MemoryDisk();
});

describe('an agent that began with nothing', () => {
  it('says that nothing is acknowledged until all that it read first is', async () => {
    const spool = { ...empty };
    const catching = await CatchingUp.open(disk, spool);
    Object.assign(spool, { last: 3, storedThrough: 2 });
    expect(await catching.settle()).toBe(false);
    await catching.reachedPresent();
    Object.assign(spool, { last: 5 });
    await catching.reachedPresent();
    expect(await catching.settle()).toBe(false);
    expect(catching.ackedThrough(spool.storedThrough)).toBe(0);
    spool.storedThrough = 3;
    expect(await catching.settle()).toBe(true);
    expect(catching.ackedThrough(spool.storedThrough)).toBe(3);
    expect(await catching.settle()).toBe(false);
  });

  it('goes on with it after a crash', async () => {
    await CatchingUp.open(disk, empty);
    const spool = spoolOf(4);
    const again = await CatchingUp.open(disk, spool);
    expect(again.ackedThrough(spool.storedThrough)).toBe(0);
    await again.reachedPresent();
    expect(await again.settle()).toBe(true);
    expect((await CatchingUp.open(disk, spool)).ackedThrough(spool.storedThrough)).toBe(4);
  });

  it('is through at once where there was nothing to read', async () => {
    const catching = await CatchingUp.open(disk, { ...empty });
    await catching.reachedPresent();
    expect(await catching.settle()).toBe(true);
  });

  it('remembers how far that went, for the day on which less is known to be stored', async () => {
    const spool = { ...empty };
    const catching = await CatchingUp.open(disk, spool);
    Object.assign(spool, { last: 3, storedThrough: 3 });
    await catching.reachedPresent();
    await catching.settle();
    const less = spoolOf(2, 7);
    const again = await CatchingUp.open(disk, less);
    expect([again.through, again.ackedThrough(2)]).toEqual([3, 2]);
  });

  it('begins anew where its file can not be read', async () => {
    await disk.replace('catching-up.json', Buffer.from('{'));
    const spool = spoolOf(4);
    expect((await CatchingUp.open(disk, spool)).ackedThrough(spool.storedThrough)).toBe(0);
  });
});

describe('an agent that has a spool already', () => {
  it('says no more than what was acknowledged at its start until all that it read since is stored', async () => {
    const spool = spoolOf(2);
    const catching = await CatchingUp.open(disk, spool);
    Object.assign(spool, { last: 11, storedThrough: 10 });
    expect(catching.ackedThrough(spool.storedThrough)).toBe(2);
    expect(await catching.settle()).toBe(false);
    await catching.reachedPresent(true);
    expect(await catching.settle()).toBe(false);
    await catching.reachedPresent();
    spool.last = 12;
    await catching.reachedPresent();
    expect(await catching.settle()).toBe(false);
    expect(catching.ackedThrough(spool.storedThrough)).toBe(2);
    spool.storedThrough = 11;
    expect(await catching.settle()).toBe(true);
    expect(catching.ackedThrough(spool.storedThrough)).toBe(11);
    expect(await catching.settle()).toBe(false);
  });

  it('says no more while all is sent once more that another may have had the last word on, though nothing was spooled meanwhile', async () => {
    const spool = spoolOf(4);
    const catching = await CatchingUp.open(disk, spool);
    await catching.reachedPresent();
    expect(await catching.settle()).toBe(true);
    Object.assign(spool, { last: 6, storedThrough: 5, owedSince: 100 });
    await catching.othersSpoke();
    await catching.reachedPresent();
    Object.assign(spool, { last: 110, storedThrough: 105 });
    expect(await catching.settle()).toBe(false);
    expect(catching.ackedThrough(spool.storedThrough)).toBe(5);
    spool.owedSince = null;
    await catching.reachedPresent();
    spool.storedThrough = 110;
    expect(await catching.settle()).toBe(true);
    expect(catching.ackedThrough(spool.storedThrough)).toBe(110);
  });

  it('leaves figures that are from before all that it has where they are until all is sent once more, also over a start', async () => {
    const spool = spoolOf(4);
    const catching = await CatchingUp.open(disk, spool);
    await catching.reachedPresent();
    await catching.settle();
    Object.assign(spool, { last: 9, storedThrough: 9, removedThrough: 6, owedSince: -1 });
    await catching.figuresBehind(2);
    await catching.reachedPresent();
    expect([await catching.settle(), catching.ackedThrough(9), catching.through]).toEqual([false, 2, 0]);
    const again = await CatchingUp.open(disk, spool);
    await again.othersSpoke();
    Object.assign(spool, { last: 20, owedSince: null });
    await again.reachedPresent();
    expect([await again.settle(), again.ackedThrough(9), again.through]).toEqual([false, 2, 20]);
    spool.storedThrough = 20;
    expect([await again.settle(), again.ackedThrough(20), again.through]).toEqual([true, 20, 20]);
  });

  it('goes on from where a start had begun when others are heard to have spoken, also on a disk that takes nothing', async () => {
    const spool = spoolOf(2);
    const catching = await CatchingUp.open(disk, spool);
    Object.assign(spool, { last: 6, storedThrough: 5 });
    await catching.reachedPresent();
    disk.full = true;
    await catching.othersSpoke();
    expect(catching.ackedThrough(6)).toBe(2);
    await expect(catching.ready()).rejects.toThrow('ENOSPC');
    disk.full = false;
    await catching.ready();
    spool.storedThrough = 6;
    expect(await catching.settle()).toBe(false);
    expect((await CatchingUp.open(disk, spool)).ackedThrough(6)).toBe(2);
  });

  it('says less where less is known to be stored than when it was started', async () => {
    const spool = spoolOf(4);
    const catching = await CatchingUp.open(disk, spool);
    spool.storedThrough = 1;
    expect(catching.ackedThrough(spool.storedThrough)).toBe(1);
  });

  it('says no more after a start that ended in between: the machine may have been set back into it', async () => {
    const spool = spoolOf(2);
    const broken = await CatchingUp.open(disk, spool);
    Object.assign(spool, { last: 10, storedThrough: 10 });
    await broken.reachedPresent();
    const again = await CatchingUp.open(disk, spool);
    expect(again.ackedThrough(spool.storedThrough)).toBe(2);
    expect(await again.settle()).toBe(false);
    await again.reachedPresent();
    expect(await again.settle()).toBe(true);
    expect(again.ackedThrough(spool.storedThrough)).toBe(10);
    expect((await CatchingUp.open(disk, spool)).ackedThrough(spool.storedThrough)).toBe(10);
  });

  it('remembers what it caught up with, for the day on which all is sent again', async () => {
    const spool = spoolOf(2);
    const first = await CatchingUp.open(disk, spool);
    Object.assign(spool, { last: 10, storedThrough: 10 });
    await first.reachedPresent();
    await first.settle();
    Object.assign(spool, { last: 20, storedThrough: 20 });
    expect(first.ackedThrough(spool.storedThrough)).toBe(20);
    spool.storedThrough = 9;
    expect(first.ackedThrough(spool.storedThrough)).toBe(2);
    const again = await CatchingUp.open(disk, spool);
    spool.storedThrough = 20;
    expect(again.ackedThrough(spool.storedThrough)).toBe(2);
    await again.reachedPresent();
    await again.settle();
    expect(again.ackedThrough(spool.storedThrough)).toBe(20);
    spool.storedThrough = 15;
    expect(again.ackedThrough(spool.storedThrough)).toBe(2);
    spool.storedThrough = 1;
    expect(again.ackedThrough(spool.storedThrough)).toBe(1);
    Object.assign(spool, { last: 30, removedThrough: 20, storedThrough: 30 });
    const later = await CatchingUp.open(disk, spool);
    await later.reachedPresent();
    await later.settle();
    expect(JSON.parse(String(await disk.read('catching-up.json')))).toMatchObject({ past: [] });
  });

  it('tells figures apart no further than to where a span begins that a mark of another past falls into', async () => {
    const spool = spoolOf(2);
    const catching = await CatchingUp.open(disk, spool);
    Object.assign(spool, { last: 20, storedThrough: 20 });
    await catching.reachedPresent();
    expect(catching.ackedThrough(4)).toBe(2);
    await catching.settle();
    expect(catching.ackedThrough(4)).toBe(2);
    expect(catching.ackedThrough(20)).toBe(20);
  });

  it('has figures come forward beyond what it read first under an enrolment', async () => {
    const spool = spoolOf(4, 4, 4);
    const catching = await CatchingUp.open(disk, spool);
    expect([catching.through, catching.ackedThrough(spool.storedThrough)]).toEqual([0, 4]);
    spool.last = 10;
    await catching.reachedPresent();
    expect([catching.through, catching.ackedThrough(spool.storedThrough)]).toEqual([10, 4]);
    spool.storedThrough = 10;
    await catching.settle();
    spool.last = 12;
    const later = await CatchingUp.open(disk, spool);
    await later.reachedPresent();
    expect([later.through, later.ackedThrough(spool.storedThrough)]).toEqual([10, 10]);
  });

  it('starts where its disk takes nothing, and has it written before anything is spooled', async () => {
    disk.full = true;
    const spool = spoolOf(2);
    const catching = await CatchingUp.open(disk, spool);
    expect(catching.ackedThrough(spool.storedThrough)).toBe(2);
    await expect(catching.ready()).rejects.toThrow('ENOSPC');
    disk.full = false;
    await catching.ready();
    spool.storedThrough = 10;
    expect((await CatchingUp.open(disk, spool)).ackedThrough(spool.storedThrough)).toBe(2);
  });
});
