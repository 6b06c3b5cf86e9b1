import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addDays, dayOf, daysBetween, startOfDay } from './calendar.ts';

const zones = [
  'UTC',
  'Europe/London',
  'America/New_York',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'America/Santiago',
];
const zone = fc.constantFrom(...zones);
const instant = fc.integer({ min: 946_684_800, max: 4_102_444_800 });

describe('calendar days', () => {
  it('tells the day of an instant in its zone', () => {
    expect(dayOf(Date.parse('2026-07-01T23:30:00Z') / 1000, 'Europe/London')).toBe('2026-07-02');
    expect(dayOf(Date.parse('2026-01-01T23:30:00Z') / 1000, 'Europe/London')).toBe('2026-01-01');
  });

  it('begins a day at the first second that is in it, over every shift of the clock', () => {
    fc.assert(
      fc.property(instant, zone, (seconds, name) => {
        const day = dayOf(seconds, name);
        const start = startOfDay(day, name);
        expect(dayOf(start, name) >= day).toBe(true);
        expect(dayOf(start - 1, name) < day).toBe(true);
        expect(start <= seconds).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('steps over month ends, leap days and years and back again', () => {
    expect(addDays('2028-02-28', 1)).toBe('2028-02-29');
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 40_000 }),
        fc.integer({ min: -1000, max: 1000 }),
        (offset, count) => {
          const day = addDays('2000-01-01', offset);
          expect(addDays(addDays(day, count), -count)).toBe(day);
        },
      ),
    );
  });

  it('lists the days of a span, both ends included', () => {
    expect(daysBetween('2026-02-27', '2026-03-01')).toEqual(['2026-02-27', '2026-02-28', '2026-03-01']);
    expect(daysBetween('2026-03-01', '2026-02-28')).toEqual([]);
  });
});
