import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { accountOf, partsOf, policyOf, runOf } from '../testing/builders.ts';
import { billableSeconds } from '@keystone/shared/domain/billing.ts';
import { AgentWorld } from '../testing/agent-world.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const policy = policyOf(1, [accountOf('chem')]);

describe('the agent', () => {
  let world: AgentWorld;

  beforeEach(() => {
    world = new AgentWorld();
  });
  afterEach(() => world.stop());

  /** A job runs and is over when this returns; its row shows `late` milliseconds after its end. */
  const runJob = async (id: number, late = 0): Promise<void> => {
    world.scheduler.jobs.set(id, { user: 'alice', account: 'chem', started: true });
    await world.clock.advance(10 * SECOND);
    world.scheduler.jobs.delete(id);
    const row = runOf(id, { end: world.seconds });
    await world.clock.advance(late);
    world.scheduler.addRow(row);
  };

  describe('with a policy', () => {
    it('makes the scheduler hold it at once, and says which version that is', async () => {
      await world.start();
      expect(world.states().at(-1)?.applied).toBeNull();
      await world.send(policy);
      expect(world.scheduler.accounts.get('chem')).toMatchObject({ limitMinutes: 600, locked: false });
      await world.clock.advance(2 * SECOND);
      expect(world.states().at(-1)?.applied).toEqual({ epoch: 1, n: 1, hash: partsOf(policy)[0]?.hash });
    });

    it('reports it as applied only once all of it was read back', async () => {
      world.scheduler.refuses.add('chem');
      await world.start();
      await world.send(policy);
      await world.clock.advance(MINUTE);
      expect(world.states().at(-1)?.applied).toBeNull();
      expect(world.problems()).toContain('change-failed');
      world.scheduler.refuses.clear();
      await world.clock.advance(MINUTE);
      expect(world.states().at(-1)?.applied).toMatchObject({ n: 1 });
      expect(world.problems()).toEqual([]);
    });

    it('enforces it from disk without a cloud, also after a restart', async () => {
      await world.start();
      await world.send(policy);
      world.transport.away = true;
      world.transport.drop();
      await world.stop();
      world.scheduler.accounts.clear();
      await world.start();
      await world.clock.advance(MINUTE);
      expect(world.scheduler.limitOf('chem')).toBe(600);
    });

    it('breaks off a long list of changes for a newer policy', async () => {
      const accounts = Array.from({ length: 200 }, (_, index) => accountOf(`team${index}`));
      world.scheduler.writeTakes = () => new Promise((resolve) => void world.clock.after(SECOND, resolve));
      await world.start();
      await world.send(policyOf(1, accounts));
      await world.clock.advance(10 * SECOND);
      const [known = ''] = world.scheduler.accounts.keys();
      const decided = accounts.map((account) => ({ ...account, locked: account.account === known }));
      await world.send(policyOf(2, decided));
      await world.clock.advance(MINUTE);
      expect(world.scheduler.accounts.get(known)).toMatchObject({ locked: true });
      await world.clock.advance(HOUR);
      expect(world.states().at(-1)?.applied).toMatchObject({ n: 2 });
    });

    it('repairs what someone changed by hand', async () => {
      await world.start();
      await world.send(policy);
      const chem = world.scheduler.accounts.get('chem');
      if (chem) world.scheduler.accounts.set('chem', { ...chem, limitMinutes: null, locked: true });
      await world.clock.advance(MINUTE);
      expect(world.scheduler.accounts.get('chem')).toMatchObject({ limitMinutes: 600, locked: false });
    });

    it('writes nothing where nothing changed', async () => {
      await world.start();
      await world.send(policy);
      const writes = world.scheduler.written.length;
      await world.clock.advance(HOUR);
      expect(world.scheduler.written.length).toBe(writes);
    });

    it('begins and ends grants at the midnight of its zone', async () => {
      const grants = [
        { id: 1, awarded: 36_000, from: '2026-01-01', until: '2026-03-02', drawn: 0 },
        { id: 2, awarded: 6_000, from: '2026-03-02', until: null, drawn: 0 },
      ];
      await world.start();
      await world.send(policyOf(1, [accountOf('chem', { grants })]));
      // It is noon in UTC; Berlin's midnight is in eleven hours.
      await world.clock.advance(11 * HOUR - SECOND);
      expect(world.scheduler.limitOf('chem')).toBe(600);
      await world.clock.advance(2 * SECOND);
      expect(world.scheduler.limitOf('chem')).toBe(100);
    });

    it('counts what ran long before its first policy, whose figures may not hold it yet', async () => {
      world.spoolSizes = { journalFileBytes: 1 };
      await world.start();
      for (const id of [1, 2]) {
        await runJob(id);
        await world.clock.advance(MINUTE);
        await world.store([id]);
      }
      await world.stop();
      await world.clock.advance(9 * 24 * HOUR);
      await world.start();
      await world.clock.advance(HOUR);
      await world.send(policy);
      await world.clock.advance(MINUTE);
      const used = [1, 2].reduce((sum, id) => sum + billableSeconds(runOf(id)), 0);
      expect(world.scheduler.limitOf('chem')).toBe(Math.floor((36_000 - used) / 60));
    });

    it('tells the cloud when what came can not be used, so that the whole comes', async () => {
      await world.start();
      await world.clock.advance(MINUTE);
      const before = world.states().length;
      const next = policyOf(3, policy.accounts);
      const delta = {
        v: 1,
        cluster: 7,
        zone: policy.zone,
        from: { epoch: 1, n: 2 },
        to: next.version,
        accounts: [],
      } as const;
      await world.send(next, { ...delta, accounts: [] });
      await world.clock.advance(2 * SECOND);
      expect(world.states().length).toBeGreaterThan(before);
      expect(world.problems()).toEqual(['policy-refused']);
      await world.send(next);
      await world.clock.advance(2 * SECOND);
      expect(world.problems()).toEqual([]);
    });
  });

  describe('that observes', () => {
    it('writes nothing, says what it would do, and does not claim to have applied it', async () => {
      world.mode = 'observe';
      await world.start();
      await world.send(policy);
      await world.clock.advance(HOUR);
      expect(world.scheduler.written).toEqual([]);
      expect(world.states().at(-1)).toMatchObject({ applied: null, mode: 'observe' });
      const planned = world.logged.filter(({ event }) => event === 'change.planned');
      expect(planned).toEqual([
        expect.objectContaining({
          changes: ['add-account chem', 'set-limit chem 600 min', 'add-member chem alice'],
        }),
      ]);
    });

    it('is what remains of one that should enforce where the scheduler would not stop at limits', async () => {
      world.scheduler.canEnforce = false;
      await world.start();
      await world.send(policy);
      await world.clock.advance(MINUTE);
      expect(world.scheduler.written).toEqual([]);
      expect(world.states().at(-1)?.mode).toBe('observe');
      expect(world.problems()).toEqual(['not-safe', 'enforce-refused']);
    });
  });

  describe('with jobs that end', () => {
    it('sends a run within seconds of its end, once', async () => {
      await world.start();
      await runJob(1, 2 * SECOND);
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

    it('leaves the limit where it is while the row is on its way, and after it came', async () => {
      await world.start();
      await world.send(policy);
      world.scheduler.jobs.set(1, { user: 'alice', account: 'chem', started: true });
      world.scheduler.counters.set('chem', { counterSeconds: 6_000, runningSeconds: 6_000 });
      await world.clock.advance(2 * MINUTE);
      const writes = world.scheduler.written.length;
      world.scheduler.jobs.delete(1);
      world.scheduler.counters.set('chem', { counterSeconds: 6_000, runningSeconds: 0 });
      const row = runOf(1, { end: world.seconds, elapsed: 3_000 });
      await world.clock.advance(90 * SECOND);
      world.scheduler.addRow(row);
      await world.clock.advance(5 * MINUTE);
      expect(world.usage().length).toBeGreaterThan(0);
      expect(world.scheduler.written.length).toBe(writes);
    });

    it('raises no limit when the accounting is back and rows of the outage are not in it yet', async () => {
      await world.start();
      await world.send(policy);
      world.scheduler.jobs.set(1, { user: 'alice', account: 'chem', started: true });
      world.scheduler.counters.set('chem', { counterSeconds: 6_000, runningSeconds: 6_000 });
      await world.clock.advance(2 * MINUTE);
      world.scheduler.accountingAway = true;
      await world.clock.advance(10 * SECOND);
      world.scheduler.jobs.delete(1);
      world.scheduler.counters.set('chem', { counterSeconds: 6_000, runningSeconds: 0 });
      const row = runOf(1, { end: world.seconds, elapsed: 3_000 });
      await world.clock.advance(10 * MINUTE);
      world.scheduler.accountingAway = false;
      const writes = world.scheduler.written.length;
      await world.clock.advance(100 * SECOND);
      expect(world.scheduler.written.slice(writes)).toEqual([]);
      world.scheduler.addRow(row);
      await world.clock.advance(5 * MINUTE);
      expect(world.usage().length).toBeGreaterThan(0);
      expect(world.scheduler.written.slice(writes)).toEqual([]);
    });

    it('raises no limit at its start while rows of jobs that ended lately are on their way', async () => {
      await world.start();
      await world.send(policy);
      await world.clock.advance(MINUTE);
      await world.stop();
      world.scheduler.endedJobs.set(1, { account: 'chem' });
      world.scheduler.counters.set('chem', { counterSeconds: 6_000, runningSeconds: 0 });
      const row = runOf(1, { end: world.seconds, elapsed: 3_000 });
      const writes = world.scheduler.written.length;
      await world.start();
      await world.clock.advance(4 * SECOND);
      world.scheduler.addRow(row);
      await world.clock.advance(5 * MINUTE);
      expect(world.usage().length).toBeGreaterThan(0);
      expect(world.scheduler.written.slice(writes)).toEqual([]);
    });

    it('leaves the limit of an account whose counter can not be read for all that goes on in it', async () => {
      await world.start();
      await world.send(policy);
      world.scheduler.addRow(runOf(1, { end: world.seconds, elapsed: 9_000 }));
      world.scheduler.counters.set('chem', { counterSeconds: 18_000, runningSeconds: 0 });
      await world.clock.advance(5 * MINUTE);
      const writes = world.scheduler.written.length;
      world.scheduler.countersUnread.add('chem');
      await world.clock.advance(5 * MINUTE);
      await world.restart();
      await world.clock.advance(5 * MINUTE);
      expect(world.scheduler.written.slice(writes)).toEqual([]);
    });

    it('raises no limit while a job is completing, which is in the counter and has no row yet', async () => {
      await world.start();
      await world.send(policy);
      world.scheduler.jobs.set(1, { user: 'alice', account: 'chem', started: true });
      world.scheduler.counters.set('chem', { counterSeconds: 6_000, runningSeconds: 6_000 });
      await world.clock.advance(2 * MINUTE);
      const writes = world.scheduler.written.length;
      world.scheduler.endedJobs.set(1, { account: 'chem' });
      world.scheduler.counters.set('chem', { counterSeconds: 6_000, runningSeconds: 0 });
      const row = runOf(1, { end: world.seconds, elapsed: 3_000 });
      await world.clock.advance(70 * SECOND);
      expect(world.scheduler.written.slice(writes)).toEqual([]);
      world.scheduler.addRow(row);
      await world.clock.advance(5 * MINUTE);
      world.scheduler.jobs.delete(1);
      await world.clock.advance(5 * MINUTE);
      expect(world.usage().length).toBeGreaterThan(0);
      expect(world.scheduler.written.slice(writes)).toEqual([]);
    });

    it('blocks an account that used all that it had', async () => {
      await world.start();
      await world.send(policy);
      world.scheduler.counters.set('chem', { counterSeconds: 36_000, runningSeconds: 0 });
      world.scheduler.addRow(runOf(1, { end: world.seconds, elapsed: 18_000 }));
      await world.clock.advance(3 * MINUTE);
      expect(world.scheduler.limitOf('chem')).toBe(0);
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
      for (let id = 1; id <= 5; id += 1) await runJob(id);
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
      await runJob(1);
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
      await runJob(1);
      await world.clock.advance(MINUTE);
      await world.store([1], 9);
      await world.clock.advance(2 * MINUTE);
      expect(world.usage().length).toBe(2);
    });

    it('sends again all that it has when the cloud came back from a backup', async () => {
      await world.start();
      await world.send(policy);
      await runJob(1);
      await world.clock.advance(MINUTE);
      await world.store([1]);
      await world.send(policyOf(1, policy.accounts, { version: { epoch: 2, n: 1 } }));
      await world.clock.advance(SECOND);
      expect(world.usage().map(({ segment }) => segment)).toEqual([1, 1]);
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
      expect(new Set(world.usage().map(({ segment }) => segment))).toEqual(new Set([1]));
      expect(world.problems()).toEqual([]);
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

  it('counts what it says of itself, anew in each run', async () => {
    await world.start();
    await world.clock.advance(30 * MINUTE);
    const first = world.states().map(({ report }) => report);
    expect(first.length).toBeGreaterThan(3);
    expect(first.map((report) => report?.count)).toEqual(
      first.map((report) => report?.count).toSorted((a = 0, b = 0) => a - b),
    );
    expect(new Set(first.map((report) => report?.count)).size).toBe(first.length);
    await world.restart();
    await world.clock.advance(MINUTE);
    const runs = new Set(world.states().map(({ report }) => report?.run));
    expect([runs.size, runs.has(undefined)]).toEqual([2, false]);
  });

  it('says how it stands every ten minutes, and for people at the machine in a file', async () => {
    await world.start();
    await world.clock.advance(MINUTE);
    const before = world.states().length;
    await world.clock.advance(30 * MINUTE);
    expect(world.states().length).toBe(before + 3);
    expect(await world.status()).toMatchObject({ connected: true, state: { mode: 'enforce' } });
  });
});
