import { performance } from 'node:perf_hooks';

/** Time as the agent knows it. Real in the product; in a simulation, time that the test moves. */
export interface Clock {
  /** Wall clock, Unix milliseconds. It may jump either way. */
  now(): number;
  /** Milliseconds that only grow; what waits is measured by these. */
  monotonic(): number;
  /** Calls once, after `ms`; the answer takes it back. */
  after(ms: number, call: () => void): () => void;
}

/** A figure in [0, 1). */
export type Random = () => number;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, call) {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
};

/** Unix seconds of the wall clock. */
export function seconds(clock: Clock): number {
  return Math.floor(clock.now() / 1000);
}

/** Waits; ends early, without an error, where the signal is aborted. */
export function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const finish = (): void => {
      signal.removeEventListener('abort', finish);
      cancel();
      resolve();
    };
    const cancel = clock.after(ms, finish);
    signal.addEventListener('abort', finish, { once: true });
  });
}
