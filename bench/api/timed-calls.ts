import { spreadOf, timed, type Spread } from '../measure/statistics.ts';

export interface CallTimes {
  /** Milliseconds, one call after another. */
  one: Spread;
  /** Calls a second with several under way. */
  perSecond: number;
}

/** Calls under way at once when the rate is taken: twice the function's environments. */
const LANES = 8;
/** Most of each part; a slow call is made at least a few times. */
const MOST_CALLS = 100;
const MOST_MS = 4_000;
const LEAST_CALLS = 5;

/** How long a call takes alone, and how many a second are answered at once. */
export async function timeCalls(call: () => Promise<unknown>): Promise<CallTimes> {
  await call();
  const samples: number[] = [];
  const began = performance.now();
  while (samples.length < LEAST_CALLS || (samples.length < MOST_CALLS && performance.now() - began < MOST_MS))
    samples.push((await timed(call)).ms);
  return { one: spreadOf(samples), perSecond: await rateOf(call) };
}

async function rateOf(call: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  let calls = 0;
  const lane = async () => {
    do {
      await call();
      calls += 1;
    } while (performance.now() - started < MOST_MS);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return (1000 * calls) / (performance.now() - started);
}
