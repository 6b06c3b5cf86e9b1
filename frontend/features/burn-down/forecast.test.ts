import { describe, expect, it } from '@jest/globals';
import { addDays } from '@keystone/shared/domain/calendar.ts';
import type { Balance, UsageDay } from '../../lib/api/records.ts';
import { aBalance } from '../../testing/records.ts';
import { historyOf } from './burn-down.ts';
import { forecastOf } from './forecast.ts';

const TODAY = '2026-11-24';
const day = (count: number) => addDays(TODAY, count);

const grant = (from: number, until: number | null, awarded: number, drawn = 0) => ({
  id: from + 1000,
  from: day(from),
  until: until === null ? null : day(until),
  awarded,
  drawn,
});

/** The same use on every day from one to another. */
const use = (from: number, to: number, used: number): UsageDay[] =>
  Array.from({ length: to - from + 1 }, (_, index) => ({ day: day(from + index), used }));

function forecast(grants: Balance['grants'], usage: UsageDay[], changes: Partial<Balance> = {}) {
  const used = usage.reduce((sum, next) => sum + next.used, 0);
  const entitled = grants
    .filter(({ from, until }) => from <= TODAY && (until === null || until > TODAY))
    .reduce((sum, { awarded }) => sum + awarded, 0);
  const balance = aBalance({
    ...{ as_of: TODAY, grants, used, entitled, remaining: entitled - used },
    ...changes,
  });
  return forecastOf(balance, historyOf(balance, usage));
}

describe('the forecast of a balance', () => {
  it('names the day on which it runs out at the pace of the last 30 days', () => {
    // 600 were used, 400 are left: 20 a day last for 20 days, the last of them included.
    const { outlook, pace, days } = forecast([grant(-30, 300, 1000, 600)], use(-30, -1, 20));
    expect(pace).toEqual({ seconds: 20, days: 30 });
    expect(outlook).toEqual({ kind: 'runs-out', day: day(20) });
    expect(days[0]).toEqual({ day: day(1), awarded: 1000, remaining: 380 });
    expect(days[19]).toMatchObject({ day: day(20), remaining: 0 });
    expect(days.at(-1)).toEqual({ day: day(300), awarded: 0, remaining: 0 });
  });

  it('goes by whole days: neither by today, nor by what lies further back', () => {
    const usage = [...use(-60, -31, 500), ...use(-30, -1, 10), ...use(0, 0, 400)];
    expect(forecast([grant(-60, null, 100_000)], usage).pace).toEqual({ seconds: 10, days: 30 });
  });

  it('goes by the days since the first award, where it is younger', () => {
    expect(forecast([grant(-4, null, 1000)], use(-4, -3, 10)).pace).toEqual({ seconds: 5, days: 4 });
  });

  it('says what lapses where the last award ends before it is used', () => {
    const { outlook, days } = forecast([grant(-30, 10, 1000, 300)], use(-30, -1, 10));
    // Nine whole days are left before the end.
    expect(outlook).toEqual({ kind: 'lapses', day: day(10), left: 700 - 90 });
    expect(days).toHaveLength(10);
    expect(days.at(-1)).toEqual({ day: day(10), awarded: 0, remaining: 0 });
  });

  it('says what lapses of an award that ends tomorrow', () => {
    const { outlook } = forecast([grant(-30, 1, 1000, 300)], use(-30, -1, 10));
    expect(outlook).toEqual({ kind: 'lapses', day: day(1), left: 700 });
  });

  it('counts on an award that is still to begin', () => {
    // 30 a day: the first one is empty after ten days, and the next begins on the eighth.
    const { outlook } = forecast([grant(-30, null, 1200, 900), grant(8, null, 300)], use(-30, -1, 30));
    expect(outlook).toEqual({ kind: 'runs-out', day: day(20) });
  });

  it('does not take the time between two awards for running out', () => {
    const { outlook } = forecast([grant(-30, 5, 1000, 300), grant(50, 60, 1000)], use(-30, -1, 10));
    expect(outlook).toEqual({ kind: 'lapses', day: day(60), left: 900 });
  });

  it('does not forecast a debt: what may not be used is not', () => {
    const { days } = forecast([grant(-30, 40, 1000, 990)], use(-30, -1, 33));
    expect(days.map(({ remaining }) => remaining)).toEqual(Array(40).fill(0));
  });

  it.each([
    ['lasts', [grant(-30, null, 1_000_000, 300)], use(-30, -1, 10)],
    ['lasts', [grant(-30, 900, 1_000_000, 300)], use(-30, -1, 10)],
    ['idle', [grant(-60, null, 1000)], use(-60, -31, 10)],
    ['idle', [grant(-60, null, 1000)], use(-2, -2, -10)],
    ['too-early', [grant(0, null, 1000)], use(0, 0, 10)],
    ['used-up', [grant(-30, null, 100, 100)], use(-30, -1, 10)],
    ['no-award', [], []],
    ['no-award', [grant(-30, 0, 100)], []],
    ['begins', [grant(-30, -10, 100), grant(9, null, 100), grant(7, null, 100)], []],
  ])('says %s', (kind, grants, usage) => {
    expect(forecast(grants, usage).outlook).toMatchObject(
      kind === 'begins' ? { kind, day: day(7) } : { kind },
    );
  });

  it('has nothing to go by for an account that is locked, or that has just begun', () => {
    const usage = use(-30, -1, 10);
    const locked = forecast([grant(-30, 2, 1000, 300)], usage, { locked: true });
    expect(locked.outlook).toEqual({ kind: 'locked' });
    expect(locked.days.map(({ awarded, remaining }) => [awarded, remaining])).toEqual([
      [1000, null],
      [0, null],
    ]);
    const begun = forecast([grant(0, 2, 1000)], use(0, 0, 5));
    expect(begun).toMatchObject({ pace: undefined, days: [{ remaining: null }, { remaining: null }] });
  });

  it('shows, of awards without an end, a month at least, as much as is past, and the day of running out', () => {
    expect(forecast([grant(-3, null, 1000)], use(-3, -1, 1)).days).toHaveLength(30);
    expect(forecast([grant(-100, null, 1000)], []).days).toHaveLength(101);
    const { days, outlook } = forecast([grant(-10, null, 2100, 100)], use(-10, -1, 10));
    expect(outlook).toEqual({ kind: 'runs-out', day: day(200) });
    expect(days).toHaveLength(220);
  });
});
