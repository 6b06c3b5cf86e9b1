import { describe, expect, it } from '@jest/globals';
import { plotDaysOf, tickDays, tickLabels } from './plot-days.ts';

const HOUR = 3600;

describe('a burn-down as it is drawn', () => {
  const history = [
    { day: '2026-11-23', used: 0, awarded: 10 * HOUR, remaining: 10 * HOUR },
    { day: '2026-11-24', used: HOUR, awarded: 10 * HOUR, remaining: 9 * HOUR },
  ];

  it('is in service units, and its lines meet today', () => {
    const days = [{ day: '2026-11-25', awarded: 5 * HOUR, remaining: 4.5 * HOUR }];
    expect(plotDaysOf(history, { days })).toEqual({
      days: ['2026-11-23', '2026-11-24', '2026-11-25'],
      awarded: [10, 10, 5],
      remaining: [10, 9, null],
      forecast: [null, 9, 4.5],
    });
  });

  it('has no forecast line where there is no forecast', () => {
    const days = [{ day: '2026-11-25', awarded: 5 * HOUR, remaining: null }];
    expect(plotDaysOf(history, { days }).forecast).toEqual([null, null, null]);
  });
});

describe('the days on the axis', () => {
  it.each([
    ['2026-11-24', '2026-11-26', 5, ['2026-11-24', '2026-11-25', '2026-11-26']],
    ['2026-11-24', '2026-11-28', 3, ['2026-11-24', '2026-11-26', '2026-11-28']],
    ['2026-11-24', '2026-12-20', 4, ['2026-11-24', '2026-12-01', '2026-12-08', '2026-12-15']],
    ['2026-11-24', '2027-02-10', 4, ['2026-12-01', '2027-01-01', '2027-02-01']],
    ['2026-11-01', '2027-02-10', 3, ['2026-11-01', '2027-01-01']],
    ['2025-11-24', '2027-11-24', 5, ['2026-01-01', '2026-07-01', '2027-01-01', '2027-07-01']],
    ['2026-11-24', '2026-11-24', 1, ['2026-11-24']],
  ])('from %s to %s, %d at most', (from, to, most, ticks) => {
    expect(tickDays(from, to, most)).toEqual(ticks);
  });

  it('are written as days, or as months where all of them begin one', () => {
    expect(tickLabels(['2026-11-24', '2026-12-01'])).toEqual(['24 Nov', '1 Dec']);
    expect(tickLabels(['2026-12-01', '2027-01-01'])).toEqual(['Dec', 'Jan\n2027']);
    expect(tickLabels(['2026-12-01'])).toEqual(['1 Dec']);
  });
});
