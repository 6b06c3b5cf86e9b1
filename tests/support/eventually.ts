import { setTimeout as pause } from 'node:timers/promises';

export interface EventuallyOptions {
  /** Named where it never came. */
  what: string;
  withinMs?: number;
  everyMs?: number;
}

/** Asks again until the answer is neither undefined nor false, and fails by name where it never comes. */
export async function eventually<T>(
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  { what, withinMs = 60_000, everyMs = 100 }: EventuallyOptions,
): Promise<T> {
  const end = Date.now() + withinMs;
  let last = 'no answer yet';
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer;
      last = 'not yet';
    } catch (error) {
      last = String(error);
    }
    if (Date.now() > end) throw new Error(`${what}: not within ${withinMs / 1000} s (${last})`);
    await pause(everyMs);
  }
}
