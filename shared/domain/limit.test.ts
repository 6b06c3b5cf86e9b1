import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { limitMinutes, remainingSeconds, type AccountStanding } from './limit.ts';

const figure = fc.integer({ min: -10_000_000, max: 10_000_000 });
const amount = fc.integer({ min: 0, max: 10_000_000 });

describe('the limit on the scheduler', () => {
  it('is what remains, on top of what the counter holds of ended runs', () => {
    expect(limitMinutes(3600, { counter: 0, running: 0 })).toBe(60);
    expect(limitMinutes(3600, { counter: 600, running: 0 })).toBe(70);
    expect(limitMinutes(3600, { counter: 600, running: 120 })).toBe(68);
    expect(limitMinutes(59, { counter: 0, running: 0 })).toBe(0);
  });

  it('is 0, which blocks, as soon as nothing remains, whatever the counter says', () => {
    fc.assert(
      fc.property(fc.integer({ min: -10_000_000, max: 0 }), amount, amount, (remaining, counter, running) => {
        expect(limitMinutes(remaining, { counter, running })).toBe(0);
      }),
    );
  });

  it('is never negative and never a fraction: a scheduler takes a negative limit for none', () => {
    fc.assert(
      fc.property(figure, amount, amount, (remaining, counter, running) => {
        const limit = limitMinutes(remaining, { counter, running });
        expect(Number.isInteger(limit) && limit >= 0).toBe(true);
      }),
    );
  });

  it('never lets the scheduler start more than remains', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000_000 }), amount, (remaining, counter) => {
        expect(limitMinutes(remaining, { counter, running: 0 }) * 60 - counter).toBeLessThanOrEqual(
          remaining,
        );
      }),
    );
  });
});

describe('what remains', () => {
  const standing: AccountStanding = {
    baseline: 0,
    credits: 0,
    grants: [{ id: 1, awarded: 1000, from: '2026-01-01', until: '2026-02-01', drawn: 100 }],
    runsTotal: 100,
  };

  it('counts runs that the ledger does not hold yet', () => {
    expect(remainingSeconds(standing, [], '2026-01-10')).toBe(900);
    expect(remainingSeconds(standing, [{ day: '2026-01-09', seconds: 300 }], '2026-01-10')).toBe(600);
  });

  it('does not count runs from before the first grant, which the agent may learn of late', () => {
    expect(remainingSeconds(standing, [{ day: '2025-12-31', seconds: 5000 }], '2026-01-10')).toBe(900);
  });

  it('comes to nothing when the grant ends, with or without the cloud', () => {
    expect(remainingSeconds(standing, [{ day: '2026-01-09', seconds: 300 }], '2026-02-01')).toBe(0);
  });

  it('shows an overdraft as negative', () => {
    expect(remainingSeconds(standing, [{ day: '2026-01-09', seconds: 1200 }], '2026-01-10')).toBe(-300);
  });
});
