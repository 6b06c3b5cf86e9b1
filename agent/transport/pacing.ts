import type { Clock } from '../clock/clock.ts';

export interface Pace {
  perSecond: number;
  inFlight: number;
}

/**
 * The broker discards what exceeds 100 messages a second in both directions and holds 100 in flight; half of the first
 * leaves room for what comes down.
 */
export const BROKER_PACE: Pace = { perSecond: 50, inFlight: 100 };

/** Runs work no faster than a pace, in the order in which it came. */
export function createPacer(clock: Clock, pace: Pace): <T>(work: () => Promise<T>) => Promise<T> {
  const gap = 1000 / pace.perSecond;
  const queue: (() => void)[] = [];
  let running = 0;
  let nextAt = 0;
  let waiting = false;

  const admit = (): void => {
    if (waiting || queue.length === 0 || running >= pace.inFlight) return;
    const early = nextAt - clock.monotonic();
    if (early > 0) {
      waiting = true;
      clock.after(early, () => {
        waiting = false;
        admit();
      });
      return;
    }
    nextAt = Math.max(nextAt, clock.monotonic() - gap) + gap;
    running += 1;
    queue.shift()?.();
    admit();
  };

  return async (work) => {
    await new Promise<void>((resolve) => {
      queue.push(resolve);
      admit();
    });
    try {
      return await work();
    } finally {
      running -= 1;
      admit();
    }
  };
}
