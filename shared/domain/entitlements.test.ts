import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addDays } from './calendar.ts';
import {
  hasBegun,
  isWithdrawal,
  placeAward,
  settleAccount,
  settleGrants,
  type AwardedGrant,
} from './entitlements.ts';
import { drawGrants, entitledSeconds, type DayUsage } from './grants.ts';
import { remainingSeconds } from './limit.ts';

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
      [],
    );
    expect(placed.map(({ id, awarded }) => [id, awarded])).toEqual([
      [2, 1000],
      [5, 7],
    ]);
  });

  it('withdraws one that began, with what it carried of the day, and takes back one that never did', () => {
    const usage = [
      { day: '2026-02-10', seconds: 200 },
      { day: '2026-03-01', seconds: 50 },
    ];
    const withdrawn = [award({ withdrawn: '2026-03-01', kept: 50 })];
    expect(placeAward([award()], 1, null, '2026-03-01', usage)).toEqual(withdrawn);
    expect(placeAward([award()], 1, null, '2025-12-31', [])).toEqual([]);
    expect(placeAward(withdrawn, 1, null, '2026-03-02', usage)).toEqual(withdrawn);
  });

  it('has to know what was used for a withdrawal only', () => {
    const next = award({ awarded: 7 });
    expect(isWithdrawal([award()], 1, null, '2026-03-01')).toBe(true);
    expect(isWithdrawal([award()], 1, next, '2026-03-01')).toBe(false);
    expect(isWithdrawal([award()], 1, null, '2025-12-31')).toBe(false);
    expect(isWithdrawal([award({ withdrawn: '2026-02-01' })], 1, null, '2026-03-01')).toBe(false);
    expect(isWithdrawal([], 1, null, '2026-03-01')).toBe(false);
  });
});

describe('a withdrawn award', () => {
  it('is over on the day of its withdrawal, with what its runs drew up to that day', () => {
    const withdrawn = [award({ withdrawn: '2026-03-01', kept: 50 })];
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
    const after = placeAward([open, soon], 1, null, '2026-03-01', usage);
    expect(settleGrants(after, usage).map(({ drawn }) => drawn)).toEqual([0, 800]);
    expect(entitled(after, usage, '2026-03-01') - 800).toBe(200);
  });

  it('given and withdrawn on one day leaves neither time nor debt, also by a run that was under way', () => {
    const day = '2026-05-05';
    const usage = [{ day, seconds: 120 }];
    const withdrawn = placeAward([award({ from: day })], 1, null, day, usage);
    expect(entitled(withdrawn, usage, day) - 120).toBe(0);
    expect(entitled(withdrawn, [{ day, seconds: 700 }], day) - 700).toBe(0);
  });

  it('never leaves a remainder to spend, on whatever day it is withdrawn', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400 }), fc.nat(1500), (offset, seconds) => {
        const day = addDays('2026-01-01', offset);
        const used = hasBegun(award(), day) ? seconds : 0;
        const usage = [{ day: '2026-01-01', seconds: used }];
        const withdrawn = placeAward([award()], 1, null, day, usage);
        expect(entitled(withdrawn, usage, day) - used).toBeLessThanOrEqual(0);
      }),
    );
  });
});

describe('on the day of a withdrawal', () => {
  const day = '2026-03-01';
  const soon = award({ id: 1, awarded: 1000, until: '2026-06-01' });
  const later = award({ id: 2, awarded: 500, until: '2026-12-31' });
  const drawnOf = (awards: AwardedGrant[], seconds: number) =>
    settleGrants(awards, [{ day, seconds }]).map(({ drawn }) => drawn);

  it('an award keeps what it had carried, and further runs draw from the others', () => {
    const after = placeAward([soon, later], 1, null, day, [{ day, seconds: 300 }]);
    expect(drawnOf(after, 300)).toEqual([300, 0]);
    expect(drawnOf(after, 450)).toEqual([300, 150]);
    expect(drawnOf(after, 200)).toEqual([200, 0]);
  });

  it('what the others have no room for comes back to it, before one that is yet to begin', () => {
    const coming = award({ id: 3, from: '2026-04-01' });
    const after = placeAward([soon, later, coming], 1, null, day, [{ day, seconds: 300 }]);
    expect(drawnOf(after, 900)).toEqual([400, 500, 0]);
    expect(drawnOf(after, 1600)).toEqual([1000, 500, 100]);
  });

  it('runs of earlier days draw as if nothing had happened, however late they come', () => {
    const usage = [
      { day: '2026-02-10', seconds: 600 },
      { day, seconds: 300 },
    ];
    const after = placeAward([soon, later], 1, null, day, [{ day, seconds: 300 }]);
    expect(settleGrants(after, usage).map(({ drawn }) => drawn)).toEqual([900, 0]);
  });

  it('of two that are withdrawn each keeps its own', () => {
    const once = placeAward([soon, later], 1, null, day, [{ day, seconds: 300 }]);
    const twice = placeAward(once, 2, null, day, [{ day, seconds: 450 }]);
    expect(twice.map(({ kept }) => kept)).toEqual([300, 150]);
    expect(drawnOf(twice, 450)).toEqual([300, 150]);
    expect(drawnOf(twice, 500)).toEqual([350, 150]);
  });

  it('the whole of it is its own where a row does not say what it keeps', () => {
    expect(drawnOf([{ ...soon, withdrawn: day }, later], 450)).toEqual([450, 0]);
  });

  it('ends nothing that had ended before', () => {
    const over = award({ until: '2026-02-01', withdrawn: day, kept: 0 });
    expect(settleGrants([over], [])).toEqual([
      { id: 1, awarded: 1000, from: '2026-01-01', until: '2026-02-01', drawn: 0 },
    ]);
  });
});

const someDay = fc.nat(20).map((offset) => addDays('2026-01-01', offset));
const someAwards: fc.Arbitrary<AwardedGrant[]> = fc
  .array(
    fc.record({
      awarded: fc.nat(200),
      from: someDay,
      length: fc.option(fc.integer({ min: 1, max: 25 })),
      withdrawn: fc.option(someDay),
      kept: fc.option(fc.nat(200), { nil: undefined }),
    }),
    { maxLength: 4 },
  )
  .map((list) =>
    list.map(({ length, withdrawn, ...rest }, index) => ({
      ...rest,
      id: index + 1,
      until: length === null ? null : addDays(rest.from, length),
      withdrawn: withdrawn !== null && withdrawn >= rest.from ? withdrawn : null,
    })),
  );
const someUsage = fc.array(fc.record({ day: someDay, seconds: fc.nat(150) }), { maxLength: 8 });

describe('an agent that draws further runs from the grants of its policy', () => {
  it('comes to what the cloud draws from all runs, where none began on a day before', () => {
    fc.assert(
      fc.property(someAwards, someUsage, someUsage, someDay, (awards, before, since, turn) => {
        // Both may hold runs of the day of the turn.
        const known = before.filter(({ day }) => day <= turn);
        const further = since.filter(({ day }) => day >= turn);
        const byAgent = drawGrants(settleGrants(awards, known), further).grants;
        expect(byAgent).toEqual(settleGrants(awards, [...known, ...further]));
      }),
    );
  });

  it('has left what the ledger has, whatever days further runs began on, and however earlier ones are corrected', () => {
    const sumOf = (usage: readonly DayUsage[]) => usage.reduce((sum, { seconds }) => sum + seconds, 0);
    const standingOf = (awards: AwardedGrant[], usage: readonly DayUsage[]) => ({
      ...settleAccount(awards, usage),
      credits: 0,
      runsTotal: sumOf(usage),
    });
    fc.assert(
      fc.property(
        someAwards.filter(({ length }) => length > 1),
        someUsage,
        someUsage,
        fc.nat(100),
        someDay,
        (awards, known, more, share, day) => {
          const corrections = known.map((run) => ({
            ...run,
            seconds: -Math.floor((run.seconds * share) / 100),
          }));
          const further = [...more, ...corrections.slice(0, 2)];
          // The ledger keeps one sum a day.
          const days = Map.groupBy([...known, ...further], (used) => used.day);
          const all = [...days].map(([on, used]) => ({ day: on, seconds: sumOf(used) }));
          const byLedger = entitledSeconds({ credits: 0, ...settleAccount(awards, all) }, day) - sumOf(all);
          expect(remainingSeconds(standingOf(awards, known), further, day)).toBe(byLedger);
        },
      ),
    );
  });

  it('sees a remainder shrink by all that begins after a withdrawal, and end at nothing', () => {
    fc.assert(
      fc.property(fc.nat(800), fc.nat(900), fc.nat(700), (early, seconds, room) => {
        const day = '2026-03-01';
        const awards = [
          award({ id: 1, awarded: 1000, until: '2026-06-01' }),
          award({ id: 2, awarded: room, until: null }),
        ];
        const used = [{ day, seconds: early }];
        const grants = settleGrants(placeAward(awards, 1, null, day, used), used);
        const standing = { baseline: 0, credits: 0, grants, runsTotal: early };
        const before = remainingSeconds(standing, [], day);
        expect(before).toBe(room);
        const after = remainingSeconds(standing, [{ day, seconds }], day);
        const debt = Math.max(0, seconds - room - (1000 - early));
        expect(after).toBe(Math.max(0, room - seconds) - debt);
      }),
    );
  });

  it('gives back by a correction what it drew last', () => {
    const day = '2026-03-01';
    const used = [{ day, seconds: 300 }];
    const awards = [award({ id: 1, until: '2026-06-01' }), award({ id: 2, awarded: 500, until: null })];
    const withdrawn = placeAward(awards, 1, null, day, used);
    const grants = settleGrants(withdrawn, [
      { day: '2026-02-01', seconds: 40 },
      { day, seconds: 900 },
    ]);
    for (const [back, left] of [
      [50, 850],
      [350, 550],
      [700, 200],
    ] as const) {
      const wanted = settleGrants(withdrawn, [
        { day: '2026-02-01', seconds: 40 },
        { day, seconds: left },
      ]);
      expect(drawGrants(grants, [{ day, seconds: -back }]).grants).toEqual(wanted);
    }
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
