import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addDays } from './calendar.ts';
import { hasBegun, placeAward, settleAccount, settleGrants, type AwardedGrant } from './entitlements.ts';
import { entitledSeconds } from './grants.ts';

const award = (change: Partial<AwardedGrant> = {}): AwardedGrant => ({
  id: 1,
  awarded: 1000,
  from: '2026-01-01',
  until: '2027-01-01',
  withdrawn: null,
  ...change,
});
const entitled = (awards: AwardedGrant[], usage: { day: string; seconds: number }[], day: string) =>
  entitledSeconds({ baseline: 0, credits: 0, grants: settleGrants(awards, usage) }, day);

describe('placing an award', () => {
  it('adds, replaces and keeps the others, in the order of their ids', () => {
    const placed = placeAward(
      [award({ id: 5 }), award({ id: 2 })],
      5,
      award({ id: 5, awarded: 7 }),
      '2026-03-01',
    );
    expect(placed.map(({ id, awarded }) => [id, awarded])).toEqual([
      [2, 1000],
      [5, 7],
    ]);
  });

  it('withdraws one that began, and takes back one that never did', () => {
    expect(placeAward([award()], 1, null, '2026-03-01')).toEqual([award({ withdrawn: '2026-03-01' })]);
    expect(placeAward([award()], 1, null, '2025-12-31')).toEqual([]);
    expect(placeAward([award({ withdrawn: '2026-02-01' })], 1, null, '2026-03-01')).toEqual([
      award({ withdrawn: '2026-02-01' }),
    ]);
  });
});

describe('a withdrawn award', () => {
  it('is over on the day of its withdrawal, with what its runs drew up to that day', () => {
    const withdrawn = [award({ withdrawn: '2026-03-01' })];
    const usage = [
      { day: '2026-02-10', seconds: 200 },
      { day: '2026-03-01', seconds: 50 },
    ];
    expect(entitled(withdrawn, usage, '2026-03-01')).toBe(250);
    expect(entitled(withdrawn, usage, '2026-02-28')).toBe(1000);
  });

  it('takes over no run that another one carried while both were live', () => {
    const open = award({ id: 1, awarded: 10_000, until: null });
    const soon = award({ id: 2, awarded: 1000, until: '2026-12-31' });
    const usage = [{ day: '2026-02-10', seconds: 800 }];
    expect(settleGrants([open, soon], usage).map(({ drawn }) => drawn)).toEqual([0, 800]);
    const after = [{ ...open, withdrawn: '2026-03-01' }, soon];
    expect(settleGrants(after, usage).map(({ drawn }) => drawn)).toEqual([0, 800]);
    expect(entitled(after, usage, '2026-03-01') - 800).toBe(200);
  });

  it('given and withdrawn on one day leaves neither time nor debt', () => {
    const day = '2026-05-05';
    const withdrawn = [award({ from: day, withdrawn: day })];
    expect(entitled(withdrawn, [{ day, seconds: 120 }], day) - 120).toBe(0);
  });

  it('never leaves a remainder to spend, on whatever day it is withdrawn', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400 }), fc.nat(1500), (offset, seconds) => {
        const day = addDays('2026-01-01', offset);
        const withdrawn = placeAward([award()], 1, null, day);
        const used = hasBegun(award(), day) ? seconds : 0;
        expect(entitled(withdrawn, [{ day: '2026-01-01', seconds: used }], day) - used).toBeLessThanOrEqual(
          0,
        );
      }),
    );
  });
});

describe('use before the first award', () => {
  const usage = [
    { day: '2025-12-30', seconds: 9000 },
    { day: '2026-01-02', seconds: 70 },
  ];

  it('is owed by no grant, so a cluster that was in use before starts with all that is awarded', () => {
    const { grants, baseline } = settleAccount([award()], usage);
    expect(baseline).toBe(9000);
    expect(grants[0]?.drawn).toBe(70);
    expect(entitledSeconds({ baseline, credits: 0, grants }, '2026-01-03') - 9070).toBe(930);
  });

  it('leaves nothing to use where there never was an award', () => {
    const { grants, baseline } = settleAccount([], usage);
    expect(entitledSeconds({ baseline, credits: 0, grants }, '2026-01-03') - 9070).toBe(0);
  });
});
