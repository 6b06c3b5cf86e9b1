import { describe, expect, it } from '@jest/globals';
import { aBalance } from '../../testing/records.ts';
import { historyOf } from './burn-down.ts';
import { pastOf } from './past-days.ts';

const grant = (from: string, until: string | null, awarded = 1000, drawn = 0) => ({
  id: 1,
  ...{ from, until, awarded, drawn },
});

describe('the past of a balance', () => {
  it.each([
    ['the first award', [grant('2026-11-01', null), grant('2026-10-01', '2026-11-01')], '2026-10-01'],
    ['today, while none has begun', [grant('2026-12-01', null)], '2026-11-24'],
    ['today, without any', [], '2026-11-24'],
    ['a year ago, however old the first is', [grant('2020-01-01', null)], '2025-11-24'],
  ])('begins with %s', (_what, grants, from) => {
    expect(pastOf(aBalance({ as_of: '2026-11-24', grants }))).toEqual({ from, to: '2026-11-24' });
  });
});

describe('the history of a balance', () => {
  it('goes down by what was used on each day, to the balance itself', () => {
    const balance = aBalance({
      as_of: '2026-11-04',
      grants: [grant('2026-11-01', '2026-12-01', 1000, 350)],
      used: 350,
      remaining: 650,
    });
    const usage = [
      { day: '2026-11-02', used: 300 },
      { day: '2026-11-04', used: 50 },
    ];
    expect(historyOf(balance, usage)).toEqual([
      { day: '2026-11-01', used: 0, awarded: 1000, remaining: 1000 },
      { day: '2026-11-02', used: 300, awarded: 1000, remaining: 700 },
      { day: '2026-11-03', used: 0, awarded: 1000, remaining: 700 },
      { day: '2026-11-04', used: 50, awarded: 1000, remaining: 650 },
    ]);
  });

  it('steps up where an award begins, and loses the rest of one that ends', () => {
    const balance = aBalance({
      as_of: '2026-11-04',
      grants: [grant('2026-11-01', '2026-11-03', 1000, 400), grant('2026-11-02', null, 500, 100)],
      used: 500,
      remaining: 400,
    });
    const usage = [
      { day: '2026-11-01', used: 400 },
      { day: '2026-11-04', used: 100 },
    ];
    expect(historyOf(balance, usage).map(({ awarded, remaining }) => [awarded, remaining])).toEqual([
      [1000, 600],
      [1500, 1100],
      [500, 500],
      [500, 400],
    ]);
  });

  it('knows what was used before the year that it shows', () => {
    const balance = aBalance({ as_of: '2026-11-24', grants: [grant('2020-01-01', null)], used: 900 });
    expect(historyOf(balance, [{ day: '2026-11-24', used: 200 }])[0]?.remaining).toBe(300);
  });

  it('shows a debt as what it is', () => {
    const balance = aBalance({
      as_of: '2026-11-01',
      grants: [grant('2026-11-01', null, 100, 100)],
      used: 130,
    });
    expect(historyOf(balance, [{ day: '2026-11-01', used: 130 }])).toMatchObject([{ remaining: -30 }]);
  });
});
