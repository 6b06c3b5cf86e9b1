import { describe, expect, it } from '@jest/globals';
import { formatAge, formatDay, today } from './dates.ts';

const now = Date.parse('2026-11-24T12:00:00Z');
const ago = (seconds: number) => new Date(now - seconds * 1000).toISOString();

describe('dates on the page', () => {
  it('show a calendar day as that day in every zone', () => {
    expect(formatDay('2027-03-01')).toBe('1 Mar 2027');
  });

  it("take today from the reader's calendar", () => {
    expect(today(new Date(2027, 0, 5, 0, 30))).toBe('2027-01-05');
  });

  it.each([
    [42, '42 s ago'],
    [-5, '0 s ago'],
    [61, '1 min ago'],
    [3_599, '59 min ago'],
    [7_300, '2 h ago'],
  ])('say how long ago %d seconds are', (seconds, said) => {
    expect(formatAge(ago(seconds), now)).toBe(said);
  });
});
