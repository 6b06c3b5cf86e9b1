import type { World } from '../world.ts';
import { troubleAgent, troubleBroker, troubleClock, troubleMachine } from './agent-trouble.ts';
import { sendJobs } from './jobs.ts';
import { troubleScheduler } from './scheduler-trouble.ts';

const MINUTE = 60_000;

/** Up to when people decide, and up to when all the rest goes on. */
export interface StormEnd {
  readonly decided: number;
  readonly until: number;
}

/** Sends jobs, has people decide, and lets everything go wrong that the plan has, up to a moment. */
export function raise(world: World, { decided, until }: StormEnd): void {
  const { weather, time, cloud } = world;
  weather.rage(time.now, until);
  troubleStore(world);
  weather.recurs('poison-message', 8, () => world.poison.strike());
  weather.recurs('control-restored', 60, () => world.restores.begin());
  for (const cluster of world.clusters) {
    sendJobs(world, cluster, until);
    troubleAgent(world, cluster);
    troubleBroker(world, cluster);
    troubleScheduler(world, cluster);
    troubleClock(world, cluster);
    troubleMachine(world, cluster);
  }
  const decide = world.chance.of('decisions');
  for (let count = 0; count < world.plan.decisions; count += 1)
    time.after(decide.next() * (decided - time.now), () => {
      // Several people decide at once, at times about the same.
      const team = decide.whole(0, 2);
      for (let many = decide.pick([1, 1, 2, 4]); many > 0; many -= 1) void world.people?.decide(team);
    });
  for (let at = time.now; at < until; at += MINUTE)
    time.after(at - time.now, () => cloud.runTask('outbox-sweep'));
}

/** A server of the store has too much to do for a while. */
function troubleStore({ weather, time, chance, store }: World): void {
  const heat = chance.of('heat');
  weather.recurs('store-throttle', 8, () => {
    const milliseconds = Math.min(weather.until - time.now, heat.span(15_000, 1));
    store.hot.heat(heat.whole(0, 5), milliseconds);
  });
}

/** All faults stop, and what was away is back. Nobody sends jobs any more; what waits is cancelled. */
export function calm(world: World): void {
  for (const { thing, scheduler, hosts, host } of world.clusters) {
    world.broker.mend(thing);
    for (const other of hosts) {
      other.disk.makeRoom(scheduler.seconds);
      other.clock.error = 0;
      if (other !== host) other.retire();
    }
    for (const part of ['accounts', 'queue'] as const) scheduler.perform({ kind: 'bring-back', part });
    const { waiting, running } = scheduler.state;
    for (const id of waiting.keys()) scheduler.perform({ kind: 'cancel', id });
    for (const { id, suspendedSince } of running.values())
      if (suspendedSince !== null) scheduler.perform({ kind: 'resume', id });
    if (!host.machine.isRunning && !host.isGone) host.machine.start();
  }
  for (const queue of Object.values(world.cloud.queues)) queue.redrive();
  world.cloud.makeUp();
}
