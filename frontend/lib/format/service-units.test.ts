import { describe, expect, it } from '@jest/globals';
import { formatServiceUnits, formatUsed, parseUnits } from './service-units.ts';

describe('service units on the page', () => {
  it.each([
    [0, '0'],
    [3_600, '1'],
    [12_345, '3.42'],
    [36_000, '10'],
    [39_599, '10'],
    [4_500_000_000, '1,250,000'],
    [-1_800, '-0.50'],
    [-3_600_000, '-1,000'],
  ])('shows %d billing-seconds that one has as %s', (seconds, shown) => {
    expect(formatServiceUnits(seconds)).toBe(shown);
  });

  it.each([
    [1, '0.01'],
    [12_345, '3.43'],
    [36_001, '11'],
  ])('rounds %d that were used up, to %s', (seconds, shown) => {
    expect(formatServiceUnits(seconds, 'up')).toBe(shown);
  });

  it.each([
    [80, 80, '0.02'],
    [79, 80, '0.02'],
    [81, 80, '0.03'],
    [36_700, 37_500, '10'],
    [36_000, 72_000, '10'],
    [12_345, 36_000, '3.43'],
  ])('shows %d used of %d as %s: no more than the limit, unless it is', (used, limit, text) => {
    expect(formatUsed(used, limit)).toBe(text);
  });

  it('never shows a negative nothing', () => {
    expect(formatServiceUnits(-1, 'up')).toBe('0.00');
  });
});

describe('service units as typed', () => {
  it.each([
    ['12000', 12_000],
    [' 12,000 ', 12_000],
    ['1 000 000', 1_000_000],
    ["10'000", 10_000],
    ['0', 0],
  ])('reads %p', (text, units) => {
    expect(parseUnits(text)).toBe(units);
  });

  it.each(['', '-5', '1.5', '1,5', '10k', '1e3', '9999999999999999'])('does not read %p', (text) => {
    expect(parseUnits(text)).toBeUndefined();
  });
});
