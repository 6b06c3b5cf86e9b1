import { describe, expect, it } from '@jest/globals';
import type { PolicyAccount } from '@keystone/shared/contracts/policy.ts';
import type { Change, DesiredAccount, SchedulerState } from '../schedulers/scheduler.ts';
import { accountOf, NOON, policyOf } from '../testing/builders.ts';
import { FakeScheduler } from '../testing/fake-scheduler.ts';
import { Enforcement } from './enforcement.ts';

/** Each account of a new policy is a few changes; a portion is those of one account. */
class PortioningScheduler extends FakeScheduler {
  readonly portioned: number[] = [];

  portions(changes: readonly Change[]): Change[][] {
    return [...Map.groupBy(changes, ({ account }) => account).values()];
  }

  override async apply(changes: readonly Change[]) {
    this.portioned.push(changes.length);
    return super.apply(changes);
  }
}

const heldOf = (n: number, accounts: PolicyAccount[]) => ({ policy: policyOf(n, accounts), hash: '' });
const names = ['bio', 'chem', 'geo'];
const held = heldOf(
  1,
  names.map((name) => accountOf(name)),
);
const newer = heldOf(
  2,
  names.map((name) => accountOf(name, { locked: true })),
);
const enforcementOn = (scheduler: FakeScheduler) =>
  new Enforcement({
    scheduler,
    spool: { ownRunsSince: () => [], forgottenBeyond: () => 0 },
    now: () => NOON,
    monotonic: () => 0,
    knowledgeAfter: () => () => 'settled',
  });

describe('a pass on a scheduler that portions its changes', () => {
  it('writes portion after portion, and holds the policy then', async () => {
    const scheduler = new PortioningScheduler();
    const { plan, results, holds } = await enforcementOn(scheduler).pass(() => held, 'enforce');
    expect(scheduler.portioned).toHaveLength(3);
    expect(results.map(({ change }) => change)).toEqual(plan.changes);
    expect(holds).toBe(true);
  });

  it('looks between two of them whether the policy is still the newest', async () => {
    const scheduler = new PortioningScheduler();
    const newest = () => (scheduler.portioned.length < 2 ? held : newer);
    const { plan, results, holds } = await enforcementOn(scheduler).pass(newest, 'enforce');
    expect(scheduler.portioned).toHaveLength(2);
    expect(results.length).toBeLessThan(plan.changes.length);
    expect(holds).toBe(false);
  });
});

/** Remembers who has to wait. */
class WaitingScheduler extends FakeScheduler {
  waiting: ReadonlySet<string> = new Set();

  override plan(desired: readonly DesiredAccount[], state: SchedulerState) {
    this.waiting = state.unknownPeople;
    return super.plan(desired, state);
  }
}

describe('a pass in whose reading a newer policy comes', () => {
  /** A newer policy comes each time the scheduler is read. */
  const newestOf = (scheduler: FakeScheduler, next: (n: number) => PolicyAccount[]) => {
    const policies = new Map<number, ReturnType<typeof heldOf>>();
    return () => {
      const n = 1 + (scheduler.calls.get('readState') ?? 0);
      const known = policies.get(n) ?? heldOf(n, next(n));
      policies.set(n, known);
      return known;
    };
  };

  it('writes that one, and does not say that the scheduler holds it', async () => {
    const scheduler = new FakeScheduler();
    const newest = newestOf(scheduler, (n) => [accountOf('chem', { locked: n === 2 })]);
    const result = await enforcementOn(scheduler).pass(newest, 'enforce');
    expect(scheduler.accounts.get('chem')?.locked).toBe(true);
    expect(result).toMatchObject({ held: { policy: { version: { n: 2 } } }, holds: false });
  });

  it('leaves to the next one what was not read for it', async () => {
    const scheduler = new WaitingScheduler();
    const newest = newestOf(scheduler, (n) =>
      n === 1
        ? [accountOf('chem', { members: ['alice'] })]
        : [accountOf('chem', { members: ['alice', 'bob'] }), accountOf('geo')],
    );
    await enforcementOn(scheduler).pass(newest, 'enforce');
    expect([...scheduler.accounts.keys()]).toEqual(['chem']);
    expect(scheduler.waiting).toEqual(new Set(['bob']));
  });
});
