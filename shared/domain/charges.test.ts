import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decideCharge, isNewer, type Revision, type StandingCharge } from './charges.ts';

const revision: fc.Arbitrary<Revision> = fc.record({
  epoch: fc.integer({ min: 1, max: 5 }),
  segment: fc.integer({ min: 1, max: 50 }),
});
const reports = fc.array(fc.record({ revision, seconds: fc.nat(10_000) }), { minLength: 1, maxLength: 12 });
const asCharge = ({ revision: given, seconds }: { revision: Revision; seconds: number }): StandingCharge => ({
  revision: given,
  seconds,
  facts: `${seconds}`,
});

/** Posts reports in the order given, as the ledger does. */
function post(list: readonly StandingCharge[]): { total: number; standing: StandingCharge | undefined } {
  let standing: StandingCharge | undefined;
  let total = 0;
  for (const report of list) {
    const decision = decideCharge(standing, report);
    if (decision.kind === 'first' || decision.kind === 'revised') total += decision.delta;
    if (decision.kind !== 'known' && decision.kind !== 'outdated') standing = report;
  }
  return { total, standing };
}

describe('posting a run', () => {
  it('posts all of it first, nothing when it is told again, the difference when it changed', () => {
    const first = asCharge({ revision: { epoch: 1, segment: 1 }, seconds: 100 });
    const changed = asCharge({ revision: { epoch: 1, segment: 2 }, seconds: 30 });
    expect(decideCharge(undefined, first)).toEqual({ kind: 'first', delta: 100 });
    expect(decideCharge(first, first)).toEqual({ kind: 'known' });
    expect(decideCharge(first, { ...first, revision: { epoch: 2, segment: 9 } })).toEqual({
      kind: 'confirmed',
    });
    expect(decideCharge(first, changed)).toEqual({ kind: 'revised', delta: -70 });
    expect(decideCharge(changed, first)).toEqual({ kind: 'outdated' });
  });

  it('always sums to the amount that stands', () => {
    fc.assert(
      fc.property(reports, (list) => {
        const { total, standing } = post(list.map(asCharge));
        expect(total).toBe(standing?.seconds);
      }),
    );
  });

  it('comes to the newest word in whatever order reports arrive, repeated or not, changed back or not', () => {
    const distinct = fc.uniqueArray(fc.record({ revision, seconds: fc.nat(3) }), {
      minLength: 1,
      maxLength: 8,
      selector: (one) => `${one.revision.epoch}/${one.revision.segment}`,
    });
    const deliveries = distinct.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray([...list, ...list], { minLength: list.length * 2 })),
    );
    fc.assert(
      fc.property(deliveries, ([list, delivered]) => {
        const newest = [...list].sort((a, b) => (isNewer(a.revision, b.revision) ? 1 : -1)).at(-1);
        expect(post(delivered.map(asCharge)).total).toBe(newest?.seconds);
      }),
    );
  });
});
