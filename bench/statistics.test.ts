import { describe, expect, it } from '@jest/globals';
import { percentile, spreadOf } from './statistics.ts';

describe('spread of samples', () => {
  it('takes the nearest rank', () => {
    expect(spreadOf([5, 1, 4, 2, 3])).toEqual({ samples: 5, min: 1, p50: 3, p99: 5, max: 5 });
    expect(
      percentile(
        Array.from({ length: 100 }, (_, index) => index + 1),
        0.99,
      ),
    ).toBe(99);
  });

  it('refuses to speak of nothing', () => {
    expect(() => spreadOf([])).toThrow('nothing was measured');
  });
});
