import { beforeEach, describe, expect, it } from '@jest/globals';
import { MemoryDisk } from '../testing/memory-disk.ts';
import { CatchingUp } from './catching-up.ts';

let disk: MemoryDisk;
const empty = { position: { watermark: null, rescanned: null }, last: 0, storedThrough: 0 };

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
    expect(catching.ackedThrough).toBe(0);
    spool.storedThrough = 3;
    expect(await catching.settle()).toBe(true);
    expect(catching.ackedThrough).toBe(3);
    expect(await catching.settle()).toBe(false);
  });

  it('goes on with it after a crash', async () => {
    await CatchingUp.open(disk, empty);
    const spool = { position: { watermark: 1, rescanned: 1 }, last: 4, storedThrough: 4 };
    const again = await CatchingUp.open(disk, spool);
    expect(again.ackedThrough).toBe(0);
    await again.reachedPresent();
    expect(await again.settle()).toBe(true);
    expect((await CatchingUp.open(disk, spool)).ackedThrough).toBe(4);
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
    const less = { position: { watermark: 1, rescanned: 1 }, last: 7, storedThrough: 2 };
    expect(await CatchingUp.open(disk, less)).toMatchObject({ through: 3, ackedThrough: 2 });
  });

  it('begins anew where its file can not be read', async () => {
    await disk.replace('catching-up.json', Buffer.from('{'));
    const spool = { position: { watermark: 1, rescanned: 1 }, last: 4, storedThrough: 4 };
    expect((await CatchingUp.open(disk, spool)).ackedThrough).toBe(0);
  });
});

describe('an agent that has a spool already', () => {
  it('says what is acknowledged', async () => {
    const spool = { position: { watermark: 1, rescanned: 1 }, last: 4, storedThrough: 2 };
    const catching = await CatchingUp.open(disk, spool);
    expect(catching.ackedThrough).toBe(2);
    expect(await disk.list('')).toEqual([]);
  });
});
