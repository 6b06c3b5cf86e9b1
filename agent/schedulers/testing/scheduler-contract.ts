import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { billableSeconds } from '@keystone/shared/domain/billing.ts';
import type { UsageRecord } from '@keystone/shared/contracts/usage.ts';
import type { DesiredAccount, Plan } from '../scheduler.ts';
import { SchedulerUnavailable } from '../scheduler-errors.ts';
import type { JobWish, SchedulerWorld } from './scheduler-world.ts';

const wanted = (
  account: string,
  limitMinutes: number,
  members: readonly string[] = ['alice'],
  locked = false,
): DesiredAccount => ({
  account,
  locked,
  limitMinutes,
  members,
});

/**
 * What the agent relies on in every scheduler. One world serves all tests, so each uses accounts of its own.
 *
 * @param start a scheduler without accounts or jobs of ours
 */
export function schedulerContract(name: string, start: () => Promise<SchedulerWorld>): void {
  describe(`${name} as a scheduler`, () => {
    let world: SchedulerWorld;
    beforeAll(async () => {
      world = await start();
    }, 60_000);
    afterAll(() => world.close(), 60_000);

    const state = (people: readonly string[] = []) => world.scheduler.readState(people);
    const planFor = async (desired: readonly DesiredAccount[]): Promise<Plan> =>
      world.scheduler.plan(desired, await state(desired.flatMap(({ members }) => members)));
    const makeSo = async (...desired: DesiredAccount[]): Promise<Plan> => {
      const plan = await planFor(desired);
      const results = await world.scheduler.apply(plan.changes);
      expect(results).toEqual(plan.changes.map((change) => ({ change, outcome: 'applied' })));
      return plan;
    };
    const accountNamed = async (account: string) =>
      (await state()).accounts.find((found) => found.account === account);
    const submit = async (job: Partial<JobWish> & { account: string }): Promise<number> => {
      const id = await world.submit({ user: 'alice', cpus: 1, limitMinutes: 5, seconds: 300, ...job });
      if (id === 'refused') throw new Error(`the job for ${job.account} was refused`);
      return id;
    };
    const jobNow = async (id: number) => (await world.scheduler.queue()).unfinished.get(id);
    const started = (id: number) =>
      world.until(`job ${id} to start`, async () => (await jobNow(id))?.started === true);
    const gone = (id: number) =>
      world.until(`job ${id} to end`, async () => (await jobNow(id)) === undefined);
    const runsOf = async (job: number): Promise<UsageRecord[]> => {
      const runs: UsageRecord[] = [];
      for await (const slice of world.scheduler.finishedRuns(world.now() - 86_400, world.now() + 60)) {
        expect(slice.unreadable).toEqual([]);
        runs.push(...slice.runs.filter(({ jobIdRaw }) => jobIdRaw === job));
      }
      return runs.toSorted((a, b) => a.submit - b.submit);
    };
    const rowsCame = async (job: number, count: number): Promise<UsageRecord[]> => {
      await world.until(
        `${count} finished runs of job ${job}`,
        async () => (await runsOf(job)).length >= count,
      );
      return runsOf(job);
    };
    /** Submitted while others run, so that the last test need not wait for the counter's tick. */
    const counted: { finished: UsageRecord | undefined; jobs: number[] } = { finished: undefined, jobs: [] };

    it('says what it is, and that it stops jobs at limits', async () => {
      const description = await world.scheduler.describe();
      expect(description).toMatchObject({ kind: world.scheduler.kind, canEnforce: true, problems: [] });
      expect(description.cluster).not.toBe('');
      expect(description.version).toMatch(/\d/);
    });

    it('runs jobs of several kinds for the counter', async () => {
      await makeSo(wanted('counted', 10_000, ['alice', 'bob']));
      const short = await submit({ account: 'counted', cpus: 7, seconds: 3 });
      counted.finished = (await rowsCame(short, 1))[0];
      counted.jobs.push(await submit({ account: 'counted', cpus: 3 }));
      counted.jobs.push(await submit({ account: 'counted', cpus: 2, tasks: 3, limitMinutes: 20 }));
      counted.jobs.push(await submit({ account: 'counted', user: 'bob', cpus: 5, limitMinutes: 7 }));
      await submit({ account: 'counted', cpus: 4 }).then(async (id) => {
        counted.jobs.push(id);
        await started(id);
        await world.suspend(id);
      });
    }, 60_000);

    it('makes an account with its members and limit, and then finds nothing more to do', async () => {
      const desired = wanted('made', 90, ['alice', 'bob']);
      const { changes } = await makeSo(desired);
      expect(changes.map(({ kind }) => kind)).toEqual([
        'add-account',
        'add-member',
        'add-member',
        'set-limit',
      ]);
      const made = await accountNamed('made');
      expect(made).toMatchObject({ limitMinutes: 90, locked: false });
      expect(made?.members.map(({ user, blocked }) => [user, blocked]).toSorted()).toEqual([
        ['alice', false],
        ['bob', false],
      ]);
      expect(await planFor([desired])).toEqual({ changes: [], problems: [] });
    });

    it('makes an account that is locked from its first moment, with a limit of 0', async () => {
      await makeSo(wanted('born-locked', 0, ['alice'], true));
      expect(await accountNamed('born-locked')).toMatchObject({ limitMinutes: 0, locked: true });
      expect(
        await world.submit({ user: 'alice', account: 'born-locked', cpus: 1, limitMinutes: 1, seconds: 1 }),
      ).toBe('refused');
    });

    it('lets a person wait whom the machine does not know, and does all the rest', async () => {
      const plan = await makeSo(wanted('waiting', 10, ['alice', 'nobody-here']));
      expect(plan.problems).toEqual([expect.objectContaining({ code: 'member-unknown' })]);
      expect((await accountNamed('waiting'))?.members.map(({ user }) => user)).toEqual(['alice']);
    });

    it('touches no account that it is not told of', async () => {
      await world.addForeignAccount('foreign', 77);
      const before = await accountNamed('foreign');
      await makeSo(wanted('own', 5));
      expect(await accountNamed('foreign')).toEqual(before);
      expect(before).toMatchObject({
        limitMinutes: 77,
        members: [expect.objectContaining({ user: 'alice' })],
      });
    });

    it('keeps a job over the balance waiting, and starts it when the limit is raised', async () => {
      await makeSo(wanted('small', 9));
      const within = await submit({ account: 'small', cpus: 2, limitMinutes: 2 });
      await started(within);
      const over = await submit({ account: 'small', cpus: 3, limitMinutes: 2 });
      const other = await submit({ account: 'small', cpus: 1, limitMinutes: 2, seconds: 1 });
      // The one that fits is started after the one that does not, so the scheduler has looked at both.
      await gone(other);
      expect((await jobNow(over))?.started).toBe(false);
      await makeSo(wanted('small', 30));
      await started(over);
      await world.cancel(within);
      await world.cancel(over);
    }, 90_000);

    it('locks: refuses what is new, holds what waits, lets go on what runs, and unlocks', async () => {
      await makeSo(wanted('locked', 6));
      const running = await submit({ account: 'locked' });
      await started(running);
      const waits = await submit({ account: 'locked', cpus: 2, limitMinutes: 2 });
      await makeSo(wanted('locked', 600, ['alice'], true));
      expect(
        await world.submit({ user: 'alice', account: 'locked', cpus: 1, limitMinutes: 1, seconds: 1 }),
      ).toBe('refused');
      expect((await jobNow(running))?.started).toBe(true);
      expect((await jobNow(waits))?.started).toBe(false);
      await makeSo(wanted('locked', 600));
      await started(waits);
      await world.cancel(running);
      await world.cancel(waits);
    }, 90_000);

    it('blocks a member who leaves at once, and removes them when their job has ended', async () => {
      await makeSo(wanted('left', 600, ['carol']), wanted('kept', 600, ['carol']));
      const job = await submit({ account: 'left', user: 'carol' });
      await started(job);
      const gone1 = [wanted('left', 600, []), wanted('kept', 600, ['carol'])];
      await makeSo(...gone1);
      expect((await accountNamed('left'))?.members).toEqual([
        expect.objectContaining({ user: 'carol', blocked: true }),
      ]);
      expect(
        await world.submit({ user: 'carol', account: 'left', cpus: 1, limitMinutes: 1, seconds: 1 }),
      ).toBe('refused');
      expect((await planFor(gone1)).changes).toEqual([]);
      await world.cancel(job);
      await gone(job);
      await makeSo(...gone1);
      expect((await accountNamed('left'))?.members).toEqual([]);
      expect((await accountNamed('kept'))?.members).toEqual([
        expect.objectContaining({ user: 'carol', isDefault: true }),
      ]);
    }, 90_000);

    it('removes several members at once, save the one whose job runs', async () => {
      const members = ['alice', 'bob', 'carol'];
      await makeSo(wanted('several', 600, members));
      const job = await submit({ account: 'several', user: 'bob' });
      await started(job);
      const changes = members.map(
        (user) => ({ kind: 'remove-member', account: 'several', user, defaultAccount: null }) as const,
      );
      expect(await world.scheduler.apply(changes)).toEqual([
        { change: changes[0], outcome: 'applied' },
        { change: changes[1], outcome: 'failed', detail: expect.stringContaining('Job(s) active') },
        { change: changes[2], outcome: 'applied' },
      ]);
      expect((await accountNamed('several'))?.members.map(({ user }) => user)).toEqual(['bob']);
      await world.cancel(job);
    }, 90_000);

    it('takes a member back who was blocked', async () => {
      await makeSo(wanted('back', 600, ['alice', 'bob']));
      await makeSo(wanted('back', 600, ['alice']));
      await makeSo(wanted('back', 600, ['alice', 'bob']));
      expect((await accountNamed('back'))?.members.every(({ blocked }) => !blocked)).toBe(true);
      await started(await submit({ account: 'back', user: 'bob' }));
    }, 60_000);

    it('tells a finished run once, with what it used', async () => {
      await makeSo(wanted('runs', 600));
      const job = await submit({ account: 'runs', cpus: 3, seconds: 2 });
      const [run, ...others] = await rowsCame(job, 1);
      expect(others).toEqual([]);
      expect(run).toMatchObject({
        jobIdRaw: job,
        user: 'alice',
        account: 'runs',
        state: 'COMPLETED',
        timeLimit: 300,
        nodes: 1,
      });
      expect(run && billableSeconds(run)).toBe((run?.elapsed ?? 0) * 3);
      expect(run?.elapsed).toBeGreaterThanOrEqual(2);
    }, 60_000);

    it('tells a job that was cancelled before it started as a run of no length', async () => {
      await makeSo(wanted('never', 1));
      const job = await submit({ account: 'never', cpus: 2 });
      await world.cancel(job);
      const runs = await rowsCame(job, 1);
      expect(runs).toEqual([expect.objectContaining({ state: 'CANCELLED', elapsed: 0, allocTres: '' })]);
      expect(runs.map(billableSeconds)).toEqual([0]);
    }, 60_000);

    it('tells a requeued job as two runs, and a running one not at all', async () => {
      await makeSo(wanted('again', 600));
      const job = await submit({ account: 'again', cpus: 2 });
      await started(job);
      expect(await runsOf(job)).toEqual([]);
      await world.requeue(job);
      await started(job);
      await world.cancel(job);
      const runs = await rowsCame(job, 2);
      expect(runs.map(({ state }) => state)).toEqual(['REQUEUED', 'CANCELLED']);
      expect(new Set(runs.map(({ submit: submitted }) => submitted)).size).toBe(2);
    }, 240_000);

    it('tells a resized job as runs that together are its true use', async () => {
      await makeSo(wanted('shrunk', 600));
      const job = await submit({ account: 'shrunk', cpus: 6, nodes: 2 });
      await started(job);
      const begin = world.now();
      await world.until('three seconds', async () => world.now() - begin >= 3);
      await world.shrink(job);
      const middle = world.now();
      await world.until('three seconds', async () => world.now() - middle >= 3);
      await world.cancel(job);
      const [wide, narrow] = await rowsCame(job, 2);
      expect([wide?.state, wide?.nodes, narrow?.nodes]).toEqual(['RESIZING', 2, 1]);
      if (!wide || !narrow || wide.start === null) throw new Error('two runs were expected');
      // The rows' own elapsed times overlap; what is billed must not.
      const truth = (narrow.submit - wide.start) * 6 + (narrow.end - narrow.submit) * 3;
      expect(billableSeconds(wide) + billableSeconds(narrow)).toBe(truth);
    }, 90_000);

    it('leaves out what a resized job was suspended, also while it was resized', async () => {
      await makeSo(wanted('paused', 6_000));
      const plain = await submit({ account: 'paused', cpus: 6, nodes: 2 });
      const paused = await submit({ account: 'paused', cpus: 6, nodes: 2 });
      const pass = async (seconds: number) => {
        const begin = world.now();
        await world.until(`${seconds} seconds`, async () => world.now() - begin >= seconds);
      };
      for (const job of [plain, paused]) await started(job);
      await pass(1);
      await world.suspend(paused);
      await pass(4);
      for (const job of [plain, paused]) await world.shrink(job);
      await world.suspend(plain);
      await pass(4);
      for (const job of [plain, paused]) await world.resume(job);
      await pass(2);
      for (const job of [plain, paused]) await world.cancel(job);
      const rests = [];
      for (const job of [plain, paused]) {
        const [wide, narrow] = await rowsCame(job, 2);
        if (!wide || !narrow || wide.start === null) throw new Error('two runs were expected');
        const [before, after] = [billableSeconds(wide) / 6, billableSeconds(narrow) / 3];
        expect(Math.min(before, after)).toBeGreaterThanOrEqual(1);
        rests.push(narrow.submit - wide.start - before, narrow.end - narrow.submit - after);
      }
      // Moments are whole seconds; `plain` was not suspended before it was resized.
      expect(rests[0]).toBe(0);
      for (const rest of rests.slice(1)) expect(rest).toBeGreaterThanOrEqual(3);
    }, 90_000);

    it('tells which part of the counter belongs to running jobs', async () => {
      const counter = async () =>
        (await world.scheduler.readCounters(['counted', 'no-such-account'])).get('counted');
      const done = counted.finished ? billableSeconds(counted.finished) : 0;
      expect(done).toBeGreaterThan(0);
      await world.until(
        'running jobs to be counted',
        async () => ((await counter())?.counterSeconds ?? 0) > done,
      );
      const { counterSeconds = 0, runningSeconds = 0 } = (await counter()) ?? {};
      // Told too low by less than two minutes at most: a limit made from it is never too wide.
      expect(counterSeconds - runningSeconds).toBeLessThanOrEqual(done);
      expect(counterSeconds - runningSeconds).toBeGreaterThan(done - 120);
      expect(counterSeconds - done).toBeGreaterThan(60);
      for (const job of counted.jobs) await world.cancel(job);
    }, 120_000);

    it.each(['accounts', 'queue'] as const)(
      'says that it is away while %s are, and has lost nothing after',
      async (part) => {
        const account = `away-${part}`;
        await makeSo(wanted(account, 50));
        const job = await submit({ account, seconds: 2 });
        await started(job);
        await world.takeAway(part);
        try {
          const change = { kind: 'set-limit', account, limitMinutes: 60 } as const;
          const call =
            part === 'accounts' ? world.scheduler.apply([change]) : world.scheduler.readCounters([account]);
          await expect(call).rejects.toBeInstanceOf(SchedulerUnavailable);
          await expect(state()).rejects.toBeInstanceOf(SchedulerUnavailable);
        } finally {
          await world.bringBack(part);
        }
        expect(await accountNamed(account)).toMatchObject({ limitMinutes: 50 });
        expect(await rowsCame(job, 1)).toEqual([expect.objectContaining({ account, state: 'COMPLETED' })]);
        expect((await planFor([wanted(account, 60)])).changes).toEqual([
          { kind: 'set-limit', account, limitMinutes: 60 },
        ]);
      },
      120_000,
    );
  });
}
