import { describe, expect, it } from '@jest/globals';
import { UnreadCounters } from './unread-counters.ts';

const MINUTE = 60_000;

describe('counters that could not be read', () => {
  it('are told after five minutes on end, and no more once they were read', () => {
    const counters = new UnreadCounters();
    expect(counters.look(['chem', 'bio'], 0)).toEqual([]);
    expect(counters.look(['chem'], 4 * MINUTE)).toEqual([]);
    expect(counters.look(['chem', 'bio'], 5 * MINUTE)).toEqual([
      { code: 'counters-unread', detail: expect.stringMatching(/: chem$/) },
    ]);
    expect(counters.look(['bio'], 9 * MINUTE)).toEqual([]);
    expect(counters.look([], 10 * MINUTE)).toEqual([]);
  });

  it('are named, ten at the most, in an order that stays', () => {
    const counters = new UnreadCounters();
    const long = Array.from({ length: 12 }, (_, at) => `${'a'.repeat(30)}${String.fromCharCode(108 - at)}`);
    counters.look(long, 0);
    const [{ detail } = { detail: '' }] = counters.look(long, 5 * MINUTE);
    expect(detail).toContain(`: ${long.at(-1)}, ${long.at(-2)}, `);
    expect(detail).toMatch(/ and 2 more$/);
    expect(detail.length).toBeLessThanOrEqual(500);
  });
});
