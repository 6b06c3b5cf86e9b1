import { setTimeout as wait } from 'node:timers/promises';
import type { Sources } from '@keystone/shared/store/unit-of-work/unit-of-work.ts';
import { monotonicFactory } from 'ulid';

/** Clock, ids and chance of the real world. */
export interface SystemSources extends Sources {
  pause(milliseconds: number): Promise<void>;
  random(): number;
}

const nextUlid = monotonicFactory();

export const systemSources: SystemSources = {
  now: () => new Date(),
  ulid: () => nextUlid(),
  pause: async (milliseconds) => {
    await wait(milliseconds);
  },
  random: Math.random,
};
