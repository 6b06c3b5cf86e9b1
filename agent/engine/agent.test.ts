import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { accountOf, partsOf, policyOf, runOf } from '../testing/builders.ts';
import { billableSeconds } from '@keystone/shared/domain/billing.ts';
import { AgentWorld, HOUR, MINUTE, SECOND } from '../testing/agent-world.ts';

const policy = policyOf(1, [accountOf('chem')]);

describe('the agent', () => {
  let world: AgentWorld;

  beforeEach(() => {
    world = new AgentWorld();
  });
  afterEach(() => world.stop());

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

    it('tries what fails again soon, and ever later where it fails for good', async () => {
      world.scheduler.refuses.add('chem');
      await world.start();
      await world.send(policyOf(1, [accountOf('chem')]));
      const passes = () => world.scheduler.calls.get('readState') ?? 0;
      await world.clock.advance(35 * SECOND);
      const early = passes();
      expect(early).toBeGreaterThanOrEqual(3);
      await world.clock.advance(10 * MINUTE);
      expect(passes() - early).toBeLessThanOrEqual(11);
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
        await world.runJob(id);
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
      const keeps = { epoch: 1, n: 1, hash: partsOf(policy)[0]?.hash };
      expect(world.states().at(-1)).toMatchObject({ applied: null, held: keeps, mode: 'observe' });
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
