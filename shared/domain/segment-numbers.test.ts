import { describe, expect, it } from '@jest/globals';
import { numbersOfSession, sessionMoment } from './segment-numbers.ts';

describe('the numbers of a session', () => {
  it('follow those of the session of a millisecond before', () => {
    const [one, other] = [numbersOfSession(7), numbersOfSession(8)];
    expect(other.first).toBe(one.last + 1);
    expect(one.last).toBeGreaterThan(one.first);
  });
  it('are whole numbers that JSON keeps, for seventy years', () => {
    const { last } = numbersOfSession(sessionMoment(new Date(Date.UTC(2095, 0))));
    expect(Number.isSafeInteger(last)).toBe(true);
  });
});
