import { describe, expect, it } from '@jest/globals';
import { Tenths } from './tenths.ts';

describe('tenths of a number of jobs', () => {
  it('are told once each, by the jobs that complete them', () => {
    const tenths = new Tenths(1_000);
    const told = Array.from({ length: 20 }, () => tenths.add(50));
    expect(told.filter((tenth) => tenth !== undefined)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(told[0]).toBeUndefined();
    expect(told[1]).toBe(1);
    expect(tenths.done).toBe(1_000);
  });

  it('are skipped where many jobs come at once', () => {
    const tenths = new Tenths(100);
    expect([tenths.add(35), tenths.add(4), tenths.add(61)]).toEqual([3, undefined, 10]);
  });
});
