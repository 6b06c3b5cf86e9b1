import { describe, expect, it } from '@jest/globals';
import { durationSeconds, timeLimitMinutes, tresFigure, wholeNumber } from './parse-values.ts';

describe('values that Slurm prints', () => {
  it.each([
    ['00:00:10', 10],
    ['01:20', 80],
    ['2-03:04:05', 183_845],
    ['00:01.500', 1],
  ])('reads the duration %s', (text, seconds) => expect(durationSeconds(text)).toBe(seconds));

  it.each(['', 'INVALID', 'Unknown', '10', '1:2:3:4', '-1:00'])('reads no duration in %j', (text) =>
    expect(durationSeconds(text)).toBeUndefined(),
  );

  it.each([
    ['10:00', 10],
    ['1-00:00:00', 1_440],
    ['UNLIMITED', 4_294_967_295],
  ])('reads the time limit %s', (text, minutes) => expect(timeLimitMinutes(text)).toBe(minutes));

  it('reads a figure of one resource and of no other whose name ends like it', () => {
    expect(tresFigure('cpu=2,gres/billing=9,billing=500', 'billing')).toBe(500);
    expect(tresFigure('cpu=2', 'billing')).toBeUndefined();
    expect(tresFigure('', 'billing')).toBeUndefined();
  });

  it.each(['', 'None', 'Unknown', '-1', '1.5', ' 1', '1e3'])('takes %j for no whole number', (text) =>
    expect(wholeNumber(text)).toBeUndefined(),
  );
});
