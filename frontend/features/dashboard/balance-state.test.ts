import { describe, expect, it } from '@jest/globals';
import { aBalance } from '../../testing/records.ts';
import { percentUsed, stateOf } from './balance-state.ts';

describe('the state of a balance', () => {
  it.each([
    ['fine', { entitled: 100, used: 89, remaining: 11 }],
    ['nearly', { entitled: 100, used: 90, remaining: 10 }],
    ['used-up', { entitled: 100, used: 100, remaining: 0 }],
    ['used-up', { entitled: 100, used: 120, remaining: -20 }],
    ['used-up', { entitled: 0, used: 0, remaining: 0 }],
    ['locked', { entitled: 100, used: 0, remaining: 100, locked: true }],
  ])('is %s for %j', (state, figures) => {
    expect(stateOf(aBalance(figures))).toBe(state);
  });

  it.each([
    [{ entitled: 300, used: 299 }, 99],
    [{ entitled: 300, used: 0 }, 0],
    [{ entitled: 300, used: -5 }, 0],
    [{ entitled: 300, used: 400 }, 100],
    [{ entitled: 0, used: 0 }, 100],
  ])('is used for %j by %d per cent', (figures, percent) => {
    expect(percentUsed(figures)).toBe(percent);
  });
});
