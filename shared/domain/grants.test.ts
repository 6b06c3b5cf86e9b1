import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addDays } from './calendar.ts';
import {
  drawGrants,
  entitledSeconds,
  hasEnded,
  isLive,
  nextTurn,
  type DayUsage,
  type Grant,
} from './grants.ts';

const day = fc.integer({ min: 0, max: 60 }).map((offset) => addDays('2026-01-01', offset));
const grant: fc.Arbitrary<Grant> = fc
  .record({
    id: fc.integer({ min: 1, max: 1_000_000 }),
    awarded: fc.integer({ min: 0, max: 10_000 }),
    from: day,
    length: fc.option(fc.integer({ min: 0, max: 40 })),
  })
  .map(({ id, awarded, from, length }) => ({
    id,
    awarded,
    from,
    until: length === null ? null : addDays(from, length),
    drawn: 0,
  }));
const grants = fc.uniqueArray(grant, { maxLength: 6, selector: ({ id }) => id });
const usage: fc.Arbitrary<DayUsage[]> = fc.array(
  fc.record({ day, seconds: fc.integer({ min: 0, max: 5_000 }) }),
  { maxLength: 12 },
);
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const make = (id: number, awarded: number, from: string, until: string | null, drawn = 0): Grant => ({
  id,
  awarded,
  from,
  until,
  drawn,
});

describe('a grant in time', () => {
  it('is live from its first day up to, and without, its last', () => {
    const given = make(1, 100, '2026-03-01', '2026-03-03');
    expect(['2026-02-28', '2026-03-01', '2026-03-02', '2026-03-03'].map((at) => isLive(given, at))).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect(hasEnded(given, '2026-03-02')).toBe(false);
    expect(hasEnded(given, '2026-03-03')).toBe(true);
    expect(hasEnded(make(1, 1, '2026-01-01', null), '2999-01-01')).toBe(false);
  });

  it('is before, live or ended on any day, and one of them only', () => {
    fc.assert(
      fc.property(grant, day, (given, at) => {
        const states = [given.from > at && !hasEnded(given, at), isLive(given, at), hasEnded(given, at)];
        expect(states.filter(Boolean)).toHaveLength(1);
      }),
    );
  });

  it('names the next day on which anything turns', () => {
    const given = [make(1, 1, '2026-01-10', '2026-02-01'), make(2, 1, '2026-01-20', null)];
    expect(nextTurn(given, '2026-01-01')).toBe('2026-01-10');
    expect(nextTurn(given, '2026-01-10')).toBe('2026-01-20');
    expect(nextTurn(given, '2026-02-01')).toBeUndefined();
  });
});

describe('drawing', () => {
  it('takes from the live grant that ends first, then from the next', () => {
    const given = [make(1, 100, '2026-01-01', '2026-12-31'), make(2, 50, '2026-01-01', '2026-02-01')];
    const { grants: drawn, undrawn } = drawGrants(given, [{ day: '2026-01-15', seconds: 80 }]);
    expect(drawn.map((one) => one.drawn)).toEqual([30, 50]);
    expect(undrawn).toBe(0);
  });

  it('goes on to the next grant to become live, and leaves the rest undrawn', () => {
    const given = [
      make(1, 10, '2026-01-01', '2026-02-01'),
      make(2, 20, '2026-03-01', null),
      make(3, 5, '2026-02-15', '2026-02-20'),
    ];
    const { grants: drawn, undrawn } = drawGrants(given, [{ day: '2026-01-15', seconds: 40 }]);
    expect(drawn.map((one) => one.drawn)).toEqual([10, 20, 5]);
    expect(undrawn).toBe(5);
  });

  it('loses nothing: what is used is drawn or stays undrawn, and no grant gives more than it has', () => {
    fc.assert(
      fc.property(grants, usage, (given, used) => {
        const { grants: drawn, undrawn } = drawGrants(given, used);
        expect(sum(drawn.map((one) => one.drawn)) + undrawn).toBe(sum(used.map(({ seconds }) => seconds)));
        for (const one of drawn) expect(one.drawn >= 0 && one.drawn <= one.awarded).toBe(true);
      }),
    );
  });

  it('comes to the same whatever the order of grants and of days', () => {
    fc.assert(
      fc.property(grants, usage, (given, used) => {
        const byId = (list: readonly Grant[]) => [...list].sort((a, b) => a.id - b.id);
        expect(byId(drawGrants([...given].reverse(), [...used].reverse()).grants)).toEqual(
          byId(drawGrants(given, used).grants),
        );
      }),
    );
  });

  it('gives back what a correction returns', () => {
    const given = [make(1, 100, '2026-01-01', null)];
    const spent = drawGrants(given, [{ day: '2026-01-02', seconds: 60 }]).grants;
    const { grants: after, undrawn } = drawGrants(spent, [{ day: '2026-01-02', seconds: -20 }]);
    expect(after[0]?.drawn).toBe(40);
    expect(undrawn).toBe(0);
  });

  it('draws nothing from a grant that had ended before the run began', () => {
    fc.assert(
      fc.property(grants, day, fc.integer({ min: 1, max: 9000 }), (given, at, seconds) => {
        for (const one of drawGrants(given, [{ day: at, seconds }]).grants)
          if (hasEnded(one, at)) expect(one.drawn).toBe(0);
      }),
    );
  });
});

describe('entitlement', () => {
  it('counts live grants whole, ended ones as drawn, coming ones not at all', () => {
    const given = [
      make(1, 100, '2026-01-01', '2026-02-01', 30),
      make(2, 70, '2026-01-15', null, 5),
      make(3, 500, '2026-06-01', null),
    ];
    const at = (when: string) => entitledSeconds({ baseline: 7, credits: -2, grants: given }, when);
    expect(at('2025-12-31')).toBe(5);
    expect(at('2026-01-20')).toBe(175);
    expect(at('2026-02-01')).toBe(105);
    expect(at('2026-06-01')).toBe(605);
  });

  it('leaves no debt when a grant ends: what remains afterwards is what other grants have left', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 0, max: 1000 }), (awarded, asked) => {
        const used = Math.min(awarded, asked);
        const { grants: drawn } = drawGrants(
          [make(1, awarded, '2026-01-01', '2026-02-01')],
          [{ day: '2026-01-05', seconds: used }],
        );
        expect(entitledSeconds({ baseline: 0, credits: 0, grants: drawn }, '2026-03-01') - used).toBe(0);
      }),
    );
  });
});
