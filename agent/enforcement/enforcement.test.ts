import { describe, expect, it } from '@jest/globals';
import type { Change } from '../schedulers/scheduler.ts';
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

const held = {
  policy: policyOf(
    1,
    ['bio', 'chem', 'geo'].map((name) => accountOf(name)),
  ),
  hash: '',
};
const enforcementOn = (scheduler: FakeScheduler) =>
  new Enforcement({
    scheduler,
    spool: { ownRunsSince: () => [], reachesBackTo: () => true },
    now: () => NOON,
    monotonic: () => 0,
    knowledgeAfter: () => () => 'settled',
  });

describe('a pass on a scheduler that portions its changes', () => {
  it('writes portion after portion, and holds the policy then', async () => {
    const scheduler = new PortioningScheduler();
    const { plan, results, holds } = await enforcementOn(scheduler).pass(held, 'enforce');
    expect(scheduler.portioned).toHaveLength(3);
    expect(results.map(({ change }) => change)).toEqual(plan.changes);
    expect(holds).toBe(true);
  });

  it('looks between two of them whether the policy is still the newest', async () => {
    const scheduler = new PortioningScheduler();
    const isOutdated = () => scheduler.portioned.length === 2;
    const { plan, results, holds } = await enforcementOn(scheduler).pass(held, 'enforce', isOutdated);
    expect(scheduler.portioned).toHaveLength(2);
    expect(results.length).toBeLessThan(plan.changes.length);
    expect(holds).toBe(false);
  });
});
