import { expect, it } from '@jest/globals';
import { peakMb, processorMs, processorSeconds, residentMb, ticksIn } from './process-usage.ts';

it('reads the processor time behind a name with brackets and spaces', () => {
  expect(ticksIn('12 (a) b (c)) S 1 12 12 0 -1 4194560 100 0 0 0 250 50 7 7 20 0 1 0 100')).toBe(300);
  expect(() => ticksIn('12 (node)')).toThrow('no such line');
});

it('reads this process', () => {
  expect(residentMb(process.pid)).toBeGreaterThan(10);
  expect(peakMb('self')).toBeGreaterThanOrEqual(residentMb('self') * 0.5);
  expect(processorSeconds(process.pid)).toBeGreaterThan(0);
  expect(() => residentMb(0)).toThrow();
});

it('counts processor time and hands on what the work answers', () => {
  const busy = () => Array.from({ length: 300_000 }, (_, index) => String(index)).length;
  const { result, ms } = processorMs(busy);
  expect(result).toBe(300_000);
  expect(ms).toBeGreaterThan(0);
});
