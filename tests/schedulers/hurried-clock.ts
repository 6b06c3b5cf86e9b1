import { systemClock, type Clock } from '@keystone/agent/clock/clock.ts';

/**
 * A clock by which the agent's waits pass so many times as fast, so that what it does each minute is done every few
 * seconds. The wall clock is the real one: Slurm's accounting lives by it.
 */
export const hurriedClock = (times: number): Clock => ({
  now: () => systemClock.now(),
  monotonic: () => systemClock.monotonic() * times,
  after: (ms, call) => systemClock.after(ms / times, call),
});
