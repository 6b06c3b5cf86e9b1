import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { createPacer } from './pacing.ts';

describe('the pacer', () => {
  it('lets no more through in a second than the pace', async () => {
    const clock = new VirtualClock();
    const paced = createPacer(clock, { perSecond: 50, inFlight: 100 });
    const at: number[] = [];
    const all = Array.from({ length: 120 }, () => paced(async () => void at.push(clock.monotonic())));
    await clock.advance(5_000);
    await Promise.all(all);
    for (const start of at)
      expect(at.filter((t) => t >= start && t < start + 1000).length).toBeLessThanOrEqual(50);
    expect(at.at(-1)).toBeLessThan(2_500);
  });

  it('lets no more run at once than may be in flight, and goes on when one ends, or fails', async () => {
    const clock = new VirtualClock();
    const paced = createPacer(clock, { perSecond: 1_000, inFlight: 2 });
    const gates = Array.from({ length: 4 }, () => Promise.withResolvers<undefined>());
    let begun = 0;
    const all = gates.map(({ promise }) => paced(() => ((begun += 1), promise)).catch(() => 'failed'));
    await clock.advance(1_000);
    expect(begun).toBe(2);
    gates[0]?.reject(new Error('no'));
    await clock.advance(1_000);
    expect(begun).toBe(3);
    for (const { resolve } of gates) resolve(undefined);
    await clock.advance(1_000);
    expect(await Promise.all(all)).toEqual(['failed', undefined, undefined, undefined]);
  });
});
