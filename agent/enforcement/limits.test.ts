import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { accountOf } from '../testing/builders.ts';
import { Limits, type LimitInput } from './limits.ts';

const DAY = '2026-03-01';
const MINUTE = 60_000;

describe('limits', () => {
  let limits: Limits;
  beforeEach(() => {
    limits = new Limits();
  });

  /** An account with an award of 600 minutes. */
  const input = (overrides: Partial<LimitInput> = {}): LimitInput => ({
    account: accountOf('chem'),
    recent: [],
    counter: { counterSeconds: 0, runningSeconds: 0 },
    knowledge: 'settled',
    current: null,
    ...overrides,
  });
  const counted = (counterSeconds: number, runningSeconds = 0) => ({ counterSeconds, runningSeconds });
  const used = (seconds: number) => [{ day: DAY, seconds }];

  it('are what remains where the scheduler counts as the ledger does', () => {
    expect(limits.limitOf(input(), DAY, 0)).toBe(600);
    const after = input({ recent: used(6_000), counter: counted(6_000) });
    expect(limits.limitOf(after, DAY, 0)).toBe(600);
  });

  it('follow a counter that drifts from the ledger', () => {
    // Suspended time: the counter has 1,000 s more than the ledger.
    expect(limits.limitOf(input({ recent: used(600), counter: counted(1_600) }), DAY, 0)).toBe(616);
    // Decay: it has less.
    expect(limits.limitOf(input({ recent: used(6_000), counter: counted(3_000) }), DAY, 0)).toBe(550);
  });

  it('leave out what running jobs have counted', () => {
    expect(limits.limitOf(input({ counter: counted(1_200, 1_200) }), DAY, 0)).toBe(600);
  });

  it('do not rise while the row of a run that ended is on its way', () => {
    limits.limitOf(input({ counter: counted(6_000, 6_000) }), DAY, 0);
    const ended = { counter: counted(6_000), current: 600 };
    expect(limits.limitOf(input({ ...ended, knowledge: 'awaiting' }), DAY, MINUTE)).toBe(600);
    expect(limits.limitOf(input({ ...ended, recent: used(6_000) }), DAY, 2 * MINUTE)).toBe(600);
  });

  it('take an award at once all the same', () => {
    limits.limitOf(input(), DAY, 0);
    const grants = [{ id: 1, awarded: 72_000, from: DAY, until: null, drawn: 0 }];
    const awarded = input({ account: accountOf('chem', { grants }), current: 600, knowledge: 'awaiting' });
    expect(limits.limitOf({ ...awarded, counter: counted(6_000) }, DAY, MINUTE)).toBe(1_200);
  });

  it('fall at once where the counter lost what it had', () => {
    limits.limitOf(input({ recent: used(6_000), counter: counted(6_000) }), DAY, 0);
    const reset = input({ recent: used(6_000), counter: counted(0), current: 600, knowledge: 'awaiting' });
    expect(limits.limitOf(reset, DAY, MINUTE)).toBe(500);
  });

  it('take the offset anew in an account in which jobs end all the time, but not while nothing is read or soon after', () => {
    limits.limitOf(input(), DAY, 0);
    const drifted = { counter: counted(6_000), current: 600 };
    expect(limits.limitOf(input({ ...drifted, knowledge: 'blind' }), DAY, 16 * MINUTE)).toBe(600);
    expect(limits.limitOf(input({ ...drifted, knowledge: 'awaiting' }), DAY, 17 * MINUTE)).toBe(600);
    expect(limits.limitOf(input({ ...drifted, knowledge: 'awaiting' }), DAY, 31 * MINUTE)).toBe(700);
  });

  it('never rise above what stands before the reading has caught up, and are set where none stands', () => {
    expect(limits.limitOf(input({ counter: counted(6_000), current: 500, knowledge: 'blind' }), DAY, 0)).toBe(
      500,
    );
    expect(
      limits.limitOf(input({ counter: counted(6_000), current: null, knowledge: 'blind' }), DAY, 0),
    ).toBe(700);
  });

  it('stand where an account that changes all the time shows no counter, and fall to 0 with what remains', () => {
    const busy = input({ recent: used(30_000), counter: undefined, current: 600 });
    expect(limits.limitOf(busy, DAY, 0)).toBe(600);
    limits.limitOf(input({ recent: used(30_000), counter: counted(30_000), current: 600 }), DAY, 0);
    expect(limits.limitOf(busy, DAY, MINUTE)).toBe(600);
    const cut = [{ id: 1, awarded: 33_000, from: DAY, until: null, drawn: 0 }];
    expect(limits.limitOf({ ...busy, account: accountOf('chem', { grants: cut }) }, DAY, MINUTE)).toBe(550);
    expect(limits.limitOf({ ...busy, recent: used(36_000) }, DAY, MINUTE)).toBe(0);
    const unread = new Limits().limitOf({ ...busy, recent: used(36_000) }, DAY, 0);
    expect(unread).toBe(0);
  });

  it('are left alone for less than a minute, save where they begin or cease to block', () => {
    expect(limits.limitOf(input({ counter: counted(59), current: 600 }), DAY, 0)).toBe(600);
    expect(limits.limitOf(input({ recent: used(59), counter: counted(0), current: 600 }), DAY, 0)).toBe(600);
    expect(limits.limitOf(input({ recent: used(60), counter: counted(0), current: 600 }), DAY, 0)).toBe(599);
    expect(limits.limitOf(input({ recent: used(36_000), counter: counted(0), current: 1 }), DAY, 0)).toBe(0);
    expect(limits.limitOf(input({ recent: used(35_940), counter: counted(0), current: 0 }), DAY, 0)).toBe(1);
  });

  it('are whole, never negative, and 0 as soon as nothing remains, whatever is counted', () => {
    const figure = fc.integer({ min: 0, max: 10_000_000 });
    const knowledge = fc.constantFrom('settled' as const, 'awaiting' as const, 'blind' as const);
    const current = fc.option(fc.integer({ min: 0, max: 100_000 }));
    fc.assert(
      fc.property(figure, figure, figure, knowledge, current, (own, counter, running, known, standing) => {
        const limit = new Limits().limitOf(
          {
            ...input({ recent: used(own), counter: counted(counter, running) }),
            knowledge: known,
            current: standing,
          },
          DAY,
          0,
        );
        expect(Number.isInteger(limit) && limit >= 0).toBe(true);
        if (own >= 36_000) expect(limit).toBe(0);
      }),
    );
  });
});
