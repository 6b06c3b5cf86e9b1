import { beforeEach, describe, expect, it } from '@jest/globals';
import { Spool } from '../spool/spool.ts';
import { NOON, runOf } from '../testing/builders.ts';
import { FakeScheduler } from '../testing/fake-scheduler.ts';
import { MemoryDisk } from '../testing/memory-disk.ts';
import { Accounting, OVERLAP_SECONDS, RESCAN_SECONDS, SpoolUnwritable } from './accounting.ts';

const DAY = 86_400;

describe('the accounting', () => {
  let disk: MemoryDisk;
  let scheduler: FakeScheduler;
  let spool: Spool;
  let accounting: Accounting;
  let now: number;
  let asked: { from: number; to: number }[];
  let came: number[];

  beforeEach(async () => {
    now = NOON;
    disk = new MemoryDisk();
    scheduler = new FakeScheduler();
    asked = [];
    came = [];
    await open();
  });

  const open = async (ready = async (): Promise<void> => undefined): Promise<void> => {
    ({ spool } = await Spool.open({ disk, zone: 'UTC', epoch: 1, now: () => now }));
    accounting = new Accounting({
      firstReading: 90 * DAY,
      scheduler: {
        finishedRuns(from, to) {
          asked.push({ from, to });
          return scheduler.finishedRuns(from, to);
        },
      },
      spool,
      now: () => now,
      monotonic: () => now * 1000,
      ready,
      onRows: (rows) => came.push(...rows.map(({ jobIdRaw }) => jobIdRaw)),
      onUnreadable: () => undefined,
    });
  };
  const catchUp = async (): Promise<void> => {
    while (!(await accounting.readOn()));
  };

  it("takes rows that end in this machine's future: its clock may be behind the scheduler's", async () => {
    await catchUp();
    scheduler.addRow(runOf(1, { end: NOON + 3_600 }));
    await catchUp();
    expect(came).toEqual([1]);
    expect(spool.position.watermark).toBe(NOON);
  });

  it('reads a month at first, a day at a time, and then what is new with two hours of overlap', async () => {
    scheduler.addRow(runOf(1, { end: NOON - 29 * DAY }));
    await catchUp();
    expect(came).toEqual([1]);
    expect(asked[0]?.from).toBe(NOON - 90 * DAY);
    expect(Math.max(...asked.map(({ from, to }) => to - from))).toBeLessThanOrEqual(DAY);
    asked = [];
    now += 60;
    await catchUp();
    expect(asked).toEqual([{ from: NOON - OVERLAP_SECONDS, to: NOON + 22 * 3_600 }]);
  });

  it('leaves no gap between one reading and the next', async () => {
    await catchUp();
    now += 5 * DAY;
    asked = [];
    await catchUp();
    expect(asked[0]?.from).toBe(NOON - OVERLAP_SECONDS);
    asked.slice(1).forEach(({ from }, index) => expect(from).toBeLessThanOrEqual(asked[index]?.to ?? 0));
    expect(asked.at(-1)?.to).toBeGreaterThanOrEqual(now);
  });

  it('moves the watermark when the rows are safe, and not before', async () => {
    await catchUp();
    const before = spool.position;
    now += 60;
    scheduler.addRow(runOf(1, { end: now }));
    disk.full = true;
    await expect(accounting.readOn()).rejects.toThrow('could not be written');
    expect(spool.position).toEqual(before);
    disk.full = false;
    await open();
    await catchUp();
    expect(came).toEqual([1]);
    expect(spool.position.watermark).toBe(now);
  });

  it('asks the scheduler nothing while the spool can not be written', async () => {
    await catchUp();
    now += 60;
    scheduler.addRow(runOf(1, { end: now }));
    disk.full = true;
    await expect(accounting.readOn()).rejects.toThrow();
    asked = [];
    await expect(accounting.readOn()).rejects.toThrow();
    await expect(accounting.readLately(now - 60)).rejects.toThrow();
    expect(asked).toEqual([]);
  });

  it('asks the scheduler nothing before what must be kept ahead of rows is', async () => {
    await open(() => Promise.reject(new Error('ENOSPC')));
    await expect(accounting.readOn()).rejects.toThrow(SpoolUnwritable);
    expect(asked).toEqual([]);
  });

  it('rescans a month after a day, and after a gap that is wider than the overlap', async () => {
    await catchUp();
    expect(accounting.rescanIsDue()).toBe(false);
    now += DAY - 60;
    await catchUp();
    now += 60;
    expect(accounting.rescanIsDue()).toBe(true);
    accounting.beginRescan();
    asked = [];
    while (await accounting.rescanOn());
    expect(asked[0]?.from).toBe(now - RESCAN_SECONDS);
    expect(accounting.rescanIsDue()).toBe(false);
    await open();
    now += OVERLAP_SECONDS + 1;
    expect(accounting.rescanIsDue()).toBe(true);
  });

  it('rescans from the beginning where the agent ended half-way', async () => {
    await catchUp();
    accounting.beginRescan();
    await accounting.rescanOn();
    await open();
    await catchUp();
    expect(accounting.rescanIsDue()).toBe(true);
    accounting.beginRescan();
    while (await accounting.rescanOn());
    await open();
    await catchUp();
    expect(accounting.rescanIsDue()).toBe(false);
  });

  it('rescans where the scheduler was away for long when the agent began', async () => {
    await catchUp();
    now += 60;
    await open();
    expect(accounting.rescanIsDue()).toBe(false);
    now += 200;
    expect(accounting.rescanIsDue()).toBe(true);
  });

  it('rescans where the clock went back from a time far ahead', async () => {
    await catchUp();
    accounting.beginRescan();
    now += 400 * DAY;
    while (await accounting.rescanOn());
    now -= 400 * DAY;
    await catchUp();
    expect(accounting.rescanIsDue()).toBe(true);
  });

  it('starts on a machine that does not know the time yet, and is there again later', async () => {
    now = DAY;
    await catchUp();
    now = NOON;
    await open();
    expect(spool.position.watermark).toBe(DAY);
  });

  it('goes on from the present where the clock went back', async () => {
    await catchUp();
    now -= 3 * DAY;
    asked = [];
    await catchUp();
    expect(asked[0]?.from).toBe(now - OVERLAP_SECONDS);
    expect(spool.position.watermark).toBe(now);
  });
});
