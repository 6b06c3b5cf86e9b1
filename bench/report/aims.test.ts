import { describe, expect, it } from '@jest/globals';
import { isMissed, nameOfAim } from './aims.ts';

const figure = (value: number, floor?: number) => ({
  key: 'k',
  value,
  ...(floor !== undefined && { floor }),
});

describe('an aim', () => {
  it('is missed where one of several runs misses it', () => {
    const aim = { atMost: 100 };
    expect(isMissed({ aim }, [figure(99), figure(100)])).toBe(false);
    expect(isMissed({ aim }, [figure(99), figure(101)])).toBe(true);
    expect(isMissed({ aim: { atLeast: 100 } }, [figure(99)])).toBe(true);
    expect(isMissed({}, [figure(1_000_000)])).toBe(false);
  });

  it('may be a multiple of the floor, which is missed without a floor', () => {
    const ratio = { atLeast: 0.5 };
    expect(isMissed({ ratio }, [figure(50, 100)])).toBe(false);
    expect(isMissed({ ratio }, [figure(49, 100)])).toBe(true);
    expect(isMissed({ ratio }, [figure(49)])).toBe(true);
    expect(isMissed({ ratio: { atMost: 1.1 } }, [figure(120, 100)])).toBe(true);
  });

  it('is named with its unit', () => {
    expect(nameOfAim({ unit: 'jobs/s', aim: { atLeast: 1_000 }, ratio: { atLeast: 0.5 } })).toBe(
      '≥ 1,000 jobs/s, ≥ 0.5 × floor',
    );
    expect(nameOfAim({ unit: 'ms', aim: { atMost: 2_000 } })).toBe('≤ 2,000 ms');
    expect(nameOfAim({ unit: 'ms' })).toBeUndefined();
  });
});
