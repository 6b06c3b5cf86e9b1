import { beforeEach, describe, expect, it } from '@jest/globals';
import { SchedulerUnavailable } from '../schedulers/scheduler-errors.ts';
import { Spool } from '../spool/spool.ts';
import { NOON, runOf } from '../testing/builders.ts';
import { FakeScheduler } from '../testing/fake-scheduler.ts';
import { MemoryDisk } from '../testing/memory-disk.ts';
import { Accounting, OVERLAP_SECONDS, RESCAN_SECONDS, SpoolUnwritable } from './accounting.ts';
import type { UnreadableRows } from './unreadable-rows.ts';

const DAY = 86_400;

describe('the accounting', () => {
  let disk: MemoryDisk;
  let scheduler: FakeScheduler;
  let spool: Spool;
  let accounting: Accounting;
  let now: number;
  let asked: { from: number; to: number }[];
  let came: number[];
  let unreadable: [pass: string, rows: UnreadableRows][];
  let whenAsked: (to: number) => void;
  /** Where a slice ends, and whether what comes after it can't be read. */
  let sliced: { seconds: number; brokenAt: number };

  beforeEach(async () => {
    now = NOON;
    disk = new MemoryDisk();
    scheduler = new FakeScheduler();
    asked = [];
    came = [];
    unreadable = [];
    whenAsked = () => undefined;
    sliced = { seconds: DAY, brokenAt: Infinity };
    await open();
  });

  const open = async (ready = async (): Promise<void> => undefined): Promise<void> => {
    ({ spool } = await Spool.open({ disk, zone: 'UTC', epoch: 1, now: () => now }));
    accounting = new Accounting({
      firstReading: 90 * DAY,
      scheduler: {
        async *finishedRuns(from, to) {
          asked.push({ from, to });
          whenAsked(to);
          for (let start = from; start < to; start += sliced.seconds) {
            if (start >= sliced.brokenAt) throw new SchedulerUnavailable('sacct did not end');
            yield* scheduler.finishedRuns(start, Math.min(to, start + sliced.seconds));
          }
        },
      },
      spool,
      now: () => now,
      monotonic: () => now * 1000,
      ready,
      onRows: (rows) => came.push(...rows.map(({ jobIdRaw }) => jobIdRaw)),
      onUnreadable: (pass, rows) => unreadable.push([pass, rows]),
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

  it('moves the watermark with each slice that was read whole, and never back', async () => {
    await catchUp();
    now += 10 * 3_600;
    sliced = { seconds: 3_600, brokenAt: NOON + 3 * 3_600 };
    await expect(accounting.readOn()).rejects.toThrow(SchedulerUnavailable);
    expect(spool.position.watermark).toBe(NOON + 3 * 3_600);
    sliced.brokenAt = NOON + 2 * 3_600;
    await expect(accounting.readOn()).rejects.toThrow(SchedulerUnavailable);
    expect(spool.position.watermark).toBe(NOON + 3 * 3_600);
  });

  it('rescans a slice at a time, and goes on where one could not be read', async () => {
    await catchUp();
    accounting.beginRescan();
    asked = [];
    sliced = { seconds: DAY / 2, brokenAt: now - RESCAN_SECONDS + DAY / 2 };
    expect(await accounting.rescanOn()).toBe(true);
    await expect(accounting.rescanOn()).rejects.toThrow(SchedulerUnavailable);
    sliced.brokenAt = Infinity;
    while (await accounting.rescanOn());
    expect(asked.map(({ from }) => from - (asked[0]?.from ?? 0)).slice(0, 4)).toEqual([
      0,
      0.5 * DAY,
      0.5 * DAY,
      DAY,
    ]);
    expect(spool.position.rescanned).toBe(now);
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

  it('counts the rows of a rescan that it can not understand, however many, and keeps the first', async () => {
    await catchUp();
    scheduler.unreadable.push('one', ...Array.from({ length: 9_999 }, () => 'another'));
    accounting.beginRescan();
    unreadable = [];
    while (await accounting.rescanOn());
    expect(unreadable).toEqual([['rescan', { count: 300_000, first: 'one' }]]);
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

  describe('where another had a session since', () => {
    const numbers = { first: 2_000, last: 2_999 };
    beforeEach(async () => {
      scheduler.addRow(runOf(1, { end: NOON - 20.5 * DAY }));
      scheduler.addRow(runOf(2, { end: NOON - 60 }));
      await catchUp();
      came = [];
    });
    const rescan = async () => {
      accounting.beginRescan();
      while (await accounting.rescanOn());
    };

    it('takes all rows of a month once more, each once, and each as a revision that adds nothing', async () => {
      expect(await spool.beginSession(numbers, 1_000)).toBe(true);
      expect(accounting.rescanIsDue()).toBe(true);
      const used = spool.ownRunsSince('chem', { epoch: 1, segment: 0 });
      await catchUp();
      expect(came).toEqual([]);
      await rescan();
      await catchUp();
      await rescan();
      expect(came).toEqual([1, 2]);
      expect(spool.ownRunsSince('chem', { epoch: 1, segment: 0 })).toEqual(used);
      expect([...spool.waiting].filter((segment) => spool.isRevision(segment)).length).toBe(2);
      expect(spool.position).toEqual({ watermark: NOON, rescanned: NOON });
    });

    it('begins anew with that where a rescan was under way, and where the agent ended half-way', async () => {
      accounting.beginRescan();
      for (let days = 0; days < 15; days += 1) await accounting.rescanOn();
      await spool.beginSession(numbers, 1_000);
      for (let days = 0; days < 15; days += 1) await accounting.rescanOn();
      expect(came).toEqual([1]);
      await open();
      expect(accounting.rescanIsDue()).toBe(true);
      await rescan();
      expect(came).toEqual([1, 1, 2]);
    });

    it('begins anew where yet another had one while all was read once more', async () => {
      await spool.beginSession(numbers, 1_000);
      accounting.beginRescan();
      for (let days = 0; days < 15; days += 1) await accounting.rescanOn();
      await spool.beginSession({ first: 4_000, last: 4_999 }, 3_000);
      while (await accounting.rescanOn());
      expect(came).toEqual([1, 1, 2]);
      expect([spool.position.rescanned, spool.owedSince]).toEqual([NOON, null]);
    });

    it('owes it still where another had one at the very end of it', async () => {
      await spool.beginSession(numbers, 1_000);
      accounting.beginRescan();
      const others: Promise<boolean>[] = [];
      whenAsked = (to) => {
        if (to >= NOON) others.push(spool.beginSession({ first: 4_000, last: 4_999 }, 3_000));
      };
      while (await accounting.rescanOn());
      await expect(Promise.all(others)).resolves.toEqual([true]);
      expect([spool.position.rescanned, spool.owedSince]).toEqual([null, 4_000]);
      expect(accounting.rescanIsDue()).toBe(true);
    });

    it('is not forgotten by a position that is written at the same time', async () => {
      const moves: Promise<void>[] = [];
      const write = disk.writeAt.bind(disk);
      let writes = 0;
      disk.writeAt = (...args) => {
        writes += 1;
        // The first gives segments their numbers, the second says which session it is.
        if (writes === 2) moves.push(spool.move((position) => ({ ...position, watermark: NOON + 1 })));
        return write(...args);
      };
      await spool.beginSession(numbers, 1_000);
      await Promise.all(moves);
      expect([spool.owedSince, spool.position.watermark]).toEqual([2_000, NOON + 1]);
      await open();
      expect([spool.owedSince, spool.position.watermark]).toEqual([2_000, NOON + 1]);
      expect(accounting.rescanIsDue()).toBe(true);
    });

    it('reads as ever where the last session was its own', async () => {
      await spool.beginSession({ first: 1_000, last: 1_999 }, 0);
      await rescan();
      came = [];
      expect(await spool.beginSession(numbers, 1_000)).toBe(false);
      await open();
      expect(await spool.beginSession({ first: 3_000, last: 3_999 }, 2_000)).toBe(false);
      expect(accounting.rescanIsDue()).toBe(false);
      await rescan();
      expect(came).toEqual([]);
    });
  });

  it('reads nothing twice that has read nothing before, whoever spoke', async () => {
    expect(await spool.beginSession({ first: 2_000, last: 2_999 }, 1_000)).toBe(false);
  });

  describe('after a time in which nothing was read', () => {
    beforeEach(async () => {
      await catchUp();
      now += 600;
      await open();
    });
    /** Reads each minute. @returns after how many minutes all is there, or undefined */
    const wholeAfter = async (rowComes: (minute: number) => boolean): Promise<number | undefined> => {
      for (let minute = 0; minute <= 30; minute += 1) {
        if (rowComes(minute)) scheduler.addRow(runOf(100 + minute, { end: now - 300 }));
        await accounting.readOn();
        if (accounting.isWhole) return minute;
        now += 60;
      }
      return undefined;
    };

    it('is whole two minutes after it can be read again', async () => {
      expect(accounting.isWhole).toBe(false);
      expect(await wholeAfter(() => false)).toBe(2);
    });

    it('is whole two minutes after the last row that came late', async () => {
      expect(await wholeAfter((minute) => minute < 7)).toBe(8);
    });

    it('takes no account of how long a reading took: its first rows are as old as its beginning', async () => {
      whenAsked = () => (now += 130);
      await accounting.readOn();
      expect(accounting.isWhole).toBe(false);
      await accounting.readOn();
      expect(accounting.isWhole).toBe(true);
    });

    it('waits no longer than a quarter of an hour where rows are late all the time', async () => {
      expect(await wholeAfter(() => true)).toBe(15);
    });
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
