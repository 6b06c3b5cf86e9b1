import { setTimeout as delay } from 'node:timers/promises';

const PROBE_EVERY = 50;

/**
 * Asks again and again until the answer is yes.
 *
 * @throws Error with `what` when the time is over
 */
export async function waitUntil(
  probe: () => boolean | Promise<boolean>,
  timeoutMs: number,
  what = 'the condition',
): Promise<void> {
  const until = performance.now() + timeoutMs;
  while (!(await probe())) {
    if (performance.now() > until)
      throw new Error(`gave up waiting for ${what} after ${Math.round(timeoutMs / 1000)} s`);
    await delay(PROBE_EVERY);
  }
}
