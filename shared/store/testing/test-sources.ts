import { setTimeout as wait } from 'node:timers/promises';

let id = 0;

/** A clock that stands, ids in a row, chance from a seed; pauses only give way. */
export function testSources(seed = 1, at = '2026-11-24T12:00:00Z') {
  let state = seed >>> 0;
  const clock = { now: new Date(at) };
  return {
    clock,
    now: () => new Date(clock.now),
    ulid: () => String((id += 1)).padStart(26, '0'),
    /** Mulberry32. */
    random: () => {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
    },
    pause: async () => {
      await wait(0);
    },
  };
}
export type TestSources = ReturnType<typeof testSources>;
