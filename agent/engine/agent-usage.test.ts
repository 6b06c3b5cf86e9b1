import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { billableSeconds } from '@keystone/shared/domain/billing.ts';
import { accountOf, policyOf, runOf } from '../testing/builders.ts';
import { AgentWorld, HOUR, MINUTE, SECOND } from '../testing/agent-world.ts';
import { BEFORE_SESSIONS } from '../testing/session-numbers-double.ts';

const policy = policyOf(1, [accountOf('chem')]);

describe('what the agent reads and sends', () => {
  let world: AgentWorld;

  beforeEach(() => {
    world = new AgentWorld();
  });
  afterEach(() => world.stop());

  describe('with jobs that end', () => {
    it('sends a run within seconds of its end, once', async () => {
      await world.start();
      await world.runJob(1, 2 * SECOND);
      await world.clock.advance(7 * SECOND);
      expect(world.usage().map(({ records }) => records.map(({ jobIdRaw }) => jobIdRaw))).toEqual([[1]]);
      await world.store([1]);
      await world.clock.advance(HOUR);
      expect(world.usage().length).toBe(1);
    });

    it('finds the run of a job that it never saw within a minute', async () => {
      await world.start();
      await world.clock.advance(SECOND);
      world.scheduler.addRow(runOf(1, { end: world.seconds }));
      await world.clock.advance(MINUTE + SECOND);
      expect(world.usage().length).toBe(1);
    });

    it('finds a row that came a week late within a day', async () => {
      await world.start();
      await world.clock.advance(MINUTE);
      world.scheduler.addRow(runOf(1, { end: world.seconds - 7 * 86_400 }));
      await world.clock.advance(25 * HOUR);
      expect(
        world
          .usage()
          .flatMap(({ records }) => records)
          .map(({ jobIdRaw }) => jobIdRaw),
      ).toContain(1);
    });

    it('finds a row that came late because the scheduler was away, as soon as it is back', async () => {
      await world.start();
      await world.clock.advance(MINUTE);
      world.scheduler.away = true;
      await world.clock.advance(10 * MINUTE);
      expect((await world.status())?.state.problems.map(({ code }) => code)).toContain('scheduler-away');
      world.scheduler.away = false;
      world.scheduler.addRow(runOf(1, { end: world.seconds - 86_400 }));
      await world.clock.advance(5 * MINUTE);
      expect(world.usage().length).toBeGreaterThan(0);
      expect(world.problems()).toEqual([]);
    });
    it('takes no accounting that answers slowly for an outage, after which all rows are read again', async () => {
      await world.start();
      await world.clock.advance(90 * SECOND);
      world.scheduler.accountingTakes = () =>
        new Promise((resolve) => world.clock.after(200 * SECOND, resolve));
      await world.clock.advance(2 * MINUTE);
      world.scheduler.accountingTakes = async () => undefined;
      world.scheduler.addRow(runOf(1, { end: world.seconds - 86_400 }));
      await world.clock.advance(10 * MINUTE);
      expect(world.usage()).toEqual([]);
    });

    it('reports rows that it can not understand, until they are gone', async () => {
      world.scheduler.unreadable.push('a|b');
      await world.start();
      await world.clock.advance(MINUTE);
      expect(world.problems()).toContain('accounting-unreadable');
    });
  });

  describe('without a cloud', () => {
    it('spools, and sends all when it is back', async () => {
      world.transport.away = true;
      await world.start();
      for (let id = 1; id <= 5; id += 1) await world.runJob(id);
      await world.clock.advance(2 * HOUR);
      expect(world.transport.published).toEqual([]);
      world.transport.away = false;
      await world.clock.advance(2 * MINUTE);
      const ids = world
        .usage()
        .flatMap(({ records }) => records)
        .map(({ jobIdRaw }) => jobIdRaw);
      expect(new Set(ids)).toEqual(new Set([1, 2, 3, 4, 5]));
    });

    it('sends again after a restart what the ledger did not name', async () => {
      await world.start();
      await world.runJob(1);
      await world.clock.advance(MINUTE);
      await world.restart();
      await world.clock.advance(SECOND);
      expect(world.usage().length).toBe(2);
      await world.store([1]);
      await world.restart();
      await world.clock.advance(MINUTE);
      expect(world.usage().length).toBe(2);
    });

    it('believes no acknowledgement of another epoch', async () => {
      await world.start();
      await world.runJob(1);
      await world.clock.advance(MINUTE);
      await world.store([1], 9);
      await world.clock.advance(2 * MINUTE);
      expect(world.usage().length).toBe(2);
    });

    it('sends again all that it has when the cloud came back from a backup', async () => {
      await world.start();
      await world.send(policy);
      await world.runJob(1);
      await world.clock.advance(MINUTE);
      await world.store([1]);
      await world.send(policyOf(1, policy.accounts, { version: { epoch: 2, n: 1 } }));
      await world.clock.advance(SECOND);
      const [sent, again, ...others] = world.usage();
      expect(again).toEqual(sent);
      expect(others).toEqual([]);
    });

    describe('to so long ago that what ran since is forgotten', () => {
      const billed = billableSeconds(runOf(1, { elapsed: 3_000 }));
      const runEnds = (id: number) =>
        world.scheduler.addRow(runOf(id, { end: world.seconds, elapsed: 3_000 }));
      const atMark = (n: number, segment: number, runs: number, version = { epoch: 1, n }) =>
        policyOf(
          n,
          [
            accountOf('chem', {
              runsTotal: runs * billed,
              through: { epoch: 1, segment },
            }),
          ],
          { version },
        );

      beforeEach(async () => {
        world.spoolSizes = { journalFileBytes: 1, keptSeconds: 60 };
        await world.start();
        await world.send(atMark(1, 0, 0));
        for (const id of [1, 2]) {
          runEnds(id);
          await world.clock.advance(2 * MINUTE);
          await world.store([id]);
        }
        const last = Math.max(...world.usage().map(({ segment }) => segment));
        await world.send(atMark(2, last, 2));
        await world.clock.advance(2 * MINUTE);
        runEnds(3);
        await world.clock.advance(MINUTE);
        await world.store([3]);
        await world.restart();
        await world.clock.advance(MINUTE);
      });

      it('sends all that the scheduler has once more, and has figures come forward then', async () => {
        const before = world.usage().length;
        await world.send(atMark(1, 0, 0, { epoch: 2, n: 1 }));
        await world.clock.advance(20 * MINUTE);
        // What replaces other words is sent once those are stored.
        await world.store(world.usage().map((_, at) => at + 1));
        await world.clock.advance(MINUTE);
        const again = world.usage().slice(before);
        const jobs = new Set(again.flatMap(({ records }) => records.map(({ jobIdRaw }) => jobIdRaw)));
        expect([...jobs].sort()).toEqual([1, 2, 3]);
        expect(world.states().at(-1)).toMatchObject({ ackedThrough: 0 });
        await world.store(world.usage().map((_, at) => at + 1));
        await world.clock.advance(2 * MINUTE);
        const { ackedThrough, carriedThrough = 0 } = world.states().at(-1) ?? { ackedThrough: 0 };
        expect([ackedThrough > 0, carriedThrough]).toEqual([true, ackedThrough]);
      });

      it('has figures come forward at once that an old message brought back, as the ledger has all', async () => {
        await world.send(atMark(3, 0, 0));
        await world.clock.advance(11 * MINUTE);
        const { ackedThrough, carriedThrough = 0 } = world.states().at(-1) ?? { ackedThrough: 0 };
        expect([carriedThrough > 0, carriedThrough <= ackedThrough]).toEqual([true, true]);
        await world.send(atMark(4, ackedThrough, 3));
        await world.clock.advance(11 * MINUTE);
        expect(world.states().at(-1)?.carriedThrough).toBeLessThan(carriedThrough);
      });

      it('raises no limit by figures that lack it', async () => {
        const { scheduler } = world;
        scheduler.counters.set('chem', { counterSeconds: 3 * billed, runningSeconds: 0 });
        await world.clock.advance(2 * MINUTE);
        const held = scheduler.limitOf('chem');
        expect(held).toBe(600);
        await world.send(atMark(1, 0, 0, { epoch: 2, n: 1 }));
        await world.clock.advance(20 * MINUTE);
        expect(scheduler.limitOf('chem')).toBe(held);
      });
    });
  });

  describe('under numbers of each session with the broker', () => {
    const sent = () => world.usage().map(({ segment }) => segment);

    it('sends nothing before it has them, and asks until it does', async () => {
      world.numbers.isSilent = true;
      await world.start();
      await world.runJob(1);
      await world.clock.advance(MINUTE);
      expect(world.usage()).toEqual([]);
      expect(world.states().filter(({ session }) => session !== undefined).length).toBeGreaterThan(3);
      world.numbers.isSilent = false;
      await world.clock.advance(20 * SECOND);
      expect(sent()).toEqual([BEFORE_SESSIONS + 1_000]);
      const asked = world.states().length;
      await world.clock.advance(5 * MINUTE);
      expect(world.states().slice(asked)).toEqual([]);
    });

    it('tells of a cloud that does not give any, for as long as it does not', async () => {
      world.numbers.isSilent = true;
      await world.start();
      await world.clock.advance(4 * MINUTE);
      expect(world.problems()).toEqual([]);
      await world.clock.advance(2 * MINUTE);
      expect(world.problems()).toEqual(['usage-unnumbered']);
      world.numbers.isSilent = false;
      await world.clock.advance(MINUTE);
      expect(world.problems()).toEqual([]);
    });

    it('believes no answer to another session', async () => {
      world.numbers.isSilent = true;
      await world.start();
      await world.runJob(1);
      const [asked] = world.states().flatMap(({ session }) => session ?? []);
      world.transport.drop();
      await world.clock.advance(5 * SECOND);
      const answer = { v: 1, session: asked, numbers: { first: 5_000, last: 5_999 } };
      world.transport.deliver(world.config.topics.ack, answer);
      await world.clock.advance(MINUTE);
      expect(world.usage()).toEqual([]);
    });

    it('asks for more when they are used up', async () => {
      world.numbers.perSession = 4;
      world.numbers.sessions = 10;
      await world.start();
      for (let id = 1; id <= 10; id += 1) {
        await world.runJob(id);
        await world.clock.advance(MINUTE);
        await world.store([id]);
      }
      expect(sent().slice(0, 4)).toEqual([44, 45, 46, 47].map((number) => BEFORE_SESSIONS + number));
      expect([sent().length, sent().toSorted((a, b) => a - b)]).toEqual([10, sent()]);
      expect(world.logged.filter(({ event }) => event === 'cloud.connected').length).toBe(1);
    });

    it('goes on with higher ones on a machine that was set back, and whose clock is wrong', async () => {
      await world.start();
      await world.send(policy);
      await world.clock.advance(MINUTE);
      const setBack = world.disk.snapshot();
      const first = runOf(1, { end: world.seconds });
      world.scheduler.addRow(first);
      await world.clock.advance(2 * MINUTE);
      await world.stop();
      setBack();
      world.clock.wall -= 10 * MINUTE;
      world.scheduler.rows.clear();
      world.scheduler.addRow({ ...first, state: 'TIMEOUT', elapsed: first.elapsed + 60 });
      await world.start();
      await world.clock.advance(2 * MINUTE);
      const words = new Map(world.usage().map(({ segment, records }) => [segment, records[0]?.state]));
      expect([...words.values()]).toEqual(['COMPLETED', 'TIMEOUT']);
      const [before = Infinity, after = 0] = words.keys();
      expect(after).toBeGreaterThan(before);
    });

    it('reads all again where what was not sent yet may be older than what was sent since', async () => {
      await world.start();
      await world.clock.advance(3 * MINUTE);
      const old = runOf(1, { end: world.seconds - 5 * (HOUR / SECOND) });
      world.transport.away = true;
      world.transport.drop();
      world.scheduler.addRow(old);
      await world.clock.advance(25 * HOUR);
      const setBack = world.disk.snapshot();
      world.transport.away = false;
      await world.clock.advance(2 * MINUTE);
      const changed = { ...old, state: 'TIMEOUT' };
      world.scheduler.addRow(changed);
      await world.stop();
      setBack();
      await world.start();
      await world.clock.advance(5 * MINUTE);
      await world.store([1, 2]);
      await world.clock.advance(MINUTE);
      const words = new Map(world.usage().map(({ segment, records }) => [segment, records[0]]));
      expect([...words.values()]).toEqual([old, old, changed]);
    });

    it('says when they can not be written, and sends once they can', async () => {
      world.numbers.isSilent = true;
      await world.start();
      await world.runJob(1);
      await world.clock.advance(MINUTE);
      world.disk.full = true;
      world.numbers.isSilent = false;
      await world.clock.advance(MINUTE);
      expect(world.logged.map(({ event }) => event)).toContain('spool.numbers-unwritten');
      expect(world.usage()).toEqual([]);
      world.disk.full = false;
      await world.clock.advance(MINUTE);
      expect(world.usage().length).toBe(1);
    });
  });

  describe('on a full disk', () => {
    it('stops reading, says so, and loses nothing', async () => {
      await world.start();
      await world.clock.advance(2 * MINUTE);
      world.disk.full = true;
      world.scheduler.addRow(runOf(1, { end: world.seconds }));
      await world.clock.advance(3 * MINUTE);
      const reads = world.scheduler.calls.get('finishedRuns');
      await world.clock.advance(HOUR);
      expect(world.scheduler.calls.get('finishedRuns')).toBe(reads);
      expect(world.problems()).toContain('spool-unwritable');
      world.disk.full = false;
      await world.clock.advance(3 * MINUTE);
      expect(new Set(world.usage().map(({ segment }) => segment)).size).toBe(1);
      expect(world.problems()).toEqual([]);
    });

    it('starts also where what it left there is torn, and reads all rows again once there is room', async () => {
      await world.start();
      await world.runJob(1);
      await world.clock.advance(MINUTE);
      await world.stop();
      const journal = 'spool/journal-00000001.log';
      const size = (await world.disk.read(journal))?.length ?? 0;
      await world.disk.writeAt(journal, size, Buffer.from('torn'), true);
      world.disk.full = true;
      await world.start();
      expect(world.logged.map(({ event }) => event)).toContain('spool.repaired');
      // Older than what is read each minute.
      world.scheduler.addRow(runOf(2, { end: world.seconds - 5 * (HOUR / SECOND) }));
      await world.clock.advance(5 * MINUTE);
      expect(world.usage().flatMap(({ records }) => records)).not.toContainEqual(
        expect.objectContaining({ jobIdRaw: 2 }),
      );
      world.disk.full = false;
      await world.clock.advance(5 * MINUTE);
      expect(world.usage().flatMap(({ records }) => records)).toContainEqual(
        expect.objectContaining({ jobIdRaw: 2 }),
      );
    });
  });

  describe('whose clock jumps', () => {
    it.each([HOUR, -HOUR])('by %d ms misses no run', async (jump) => {
      await world.start();
      await world.clock.advance(5 * MINUTE);
      world.clock.wall += jump;
      world.scheduler.addRow(runOf(1, { end: world.seconds - jump / SECOND }));
      await world.clock.advance(2 * HOUR + 5 * MINUTE);
      expect(world.usage().length).toBeGreaterThan(0);
    });
  });
});
