import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { forgiven, networkOf, nextAttempt, type Attempts } from './sign-in-delay.ts';

const limit = { free: 4, longestWait: 600_000 };
const HOUR = 3_600_000;

describe('attempts to sign in', () => {
  it('never exceed twenty in an hour, whenever they are made', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 200_000 }), { minLength: 60, maxLength: 300 }),
        (gaps) => {
          let known: Attempts | undefined;
          let now = 0;
          const made: number[] = [];
          for (const gap of gaps) {
            now += gap;
            const decision = nextAttempt(known, limit, now);
            if (!decision.allowed) continue;
            known = decision.next;
            made.push(now);
            // An owner who knows the password comes by now and then.
            if (made.length % 7 === 0) known = forgiven(known);
          }
          const most = made.map(
            (start) => made.filter((time) => time >= start && time < start + HOUR).length,
          );
          expect(Math.max(...most)).toBeLessThanOrEqual(20 + Math.ceil(made.length / 7));
        },
      ),
    );
  });

  it('wait twice as long each time, ten minutes at most', () => {
    let known: Attempts | undefined;
    let now = 0;
    const waits: number[] = [];
    for (let attempt = 0; attempt < 18; attempt++) {
      const decision = nextAttempt(known, limit, now);
      if (!decision.allowed) throw new Error('had to wait');
      known = decision.next;
      waits.push((known.blockedUntil - now) / 1000);
      now = known.blockedUntil;
    }
    expect(waits).toEqual([0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600, 600, 600]);
  });

  it('say how long to wait', () => {
    const known = { count: 9, last: 0, blockedUntil: 5_000 };
    expect(nextAttempt(known, limit, 2_000)).toEqual({ allowed: false, waitMs: 3_000 });
  });

  it('are forgotten after an hour without one', () => {
    const known = { count: 30, last: 0, blockedUntil: 600_000 };
    expect(nextAttempt(known, limit, HOUR)).toMatchObject({ allowed: true, next: { count: 1 } });
    expect(nextAttempt(known, limit, HOUR - 1)).toMatchObject({ allowed: true, next: { count: 31 } });
  });
});

describe('the network of an address', () => {
  it.each([
    ['192.0.2.77', '192.0.2.0/24'],
    ['::ffff:192.0.2.77', '192.0.2.0/24'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8::1', '2001:db8:0:0::/64'],
    ['2001:0db8:0001::', '2001:db8:1:0::/64'],
    ['::1', '0:0:0:0::/64'],
  ])('%s is %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
