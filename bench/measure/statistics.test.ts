import { describe, expect, it } from '@jest/globals';
import { median, percentile, rounded, spreadOf, timed } from './statistics.ts';

describe('spread of samples', () => {
  it('takes the nearest rank', () => {
    expect(spreadOf([5, 1, 4, 2, 3])).toEqual({ samples: 5, min: 1, p50: 3, p99: 5, max: 5 });
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(percentile(hundred, 0.99)).toBe(99);
    expect(median([2, 1])).toBe(1);
  });

  it('refuses to speak of nothing', () => {
    expect(() => spreadOf([])).toThrow('nothing was measured');
    expect(() => median([])).toThrow('nothing was measured');
  });

  it('leaves the samples as they were', () => {
    const samples = [3, 1, 2];
    spreadOf(samples);
    expect(samples).toEqual([3, 1, 2]);
  });
});

it('rounds to three digits', () => {
  expect([123_456, 1.2345, 0.012345, 0].map(rounded)).toEqual([123_000, 1.23, 0.0123, 0]);
});

it('hands on what timed work answers, and what it throws', async () => {
  await expect(timed(async () => 'done')).resolves.toMatchObject({ result: 'done' });
  await expect(timed(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
});
