import type { Change } from '@keystone/agent/schedulers/scheduler.ts';
import { nextJob, oddEvent } from './cluster/job-script.ts';
import type { WorldCluster } from './cluster/world-cluster.ts';
import type { Stream } from './core/chance.ts';
import type { World } from './world.ts';

const MINUTE = 60_000;

/** An agent whose clock is further ahead than what it reads again each minute, two hours, reads past the present. */
const MOST_AHEAD_MS = 110 * MINUTE;

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

/** People send jobs in bursts; those that a scheduler refuses at the door are sent again as others. */
function sendJobs(
  { time, chance, plan, people }: World,
  { id, scheduler }: WorldCluster,
  until: number,
): void {
  const jobs = chance.of(`jobs ${id}`);
  const accounts = people?.teams.map(({ slug }) => slug) ?? [];
  const names = ['user0', 'user1', 'user2', 'user3'];
  let left = Math.ceil(plan.jobs / plan.clusters);
  const step = (until - time.now) / (left * 1.2);
  const next = (): void => {
    if (time.now >= until || left <= 0) return;
    const burst = jobs.happens(0.05) ? jobs.whole(5, 30) : 1;
    for (let count = 0; count < burst && left > 0; count += 1) {
      const job = nextJob(jobs, { accounts, people: names });
      if (scheduler.perform({ kind: 'submit', job }).done) left -= job.tasks ?? 1;
    }
    time.after(-Math.log(1 - jobs.next()) * step, next);
  };
  next();
}

/** A server of the store has too much to do for a while. */
function troubleStore({ weather, time, chance, store }: World): void {
  const heat = chance.of('heat');
  weather.recurs('store-throttle', 8, () => {
    const milliseconds = Math.min(weather.until - time.now, heat.span(15_000, 1));
    store.hot.heat(heat.whole(0, 5), milliseconds);
  });
}

function troubleAgent(world: World, cluster: WorldCluster): void {
  const { weather, time, journal } = world;
  const { chance, scheduler } = cluster;
  weather.recurs('agent-crash', 12, () => cluster.crash());
  weather.recurs('disk-full', 30, () => {
    const { disk } = cluster.host;
    disk.fill(scheduler.seconds);
    journal.note(cluster.thing, () => 'the disk is full');
    time.after(chance.span(5 * MINUTE, 1), () => {
      disk.makeRoom(scheduler.seconds);
      journal.note(cluster.thing, () => 'the disk has room again');
    });
  });
  let isUnderWay = false;
  weather.recurs('agent-anew', 60, () => {
    if (isUnderWay) return;
    isUnderWay = true;
    void enrolAnew(world, cluster).finally(() => (isUnderWay = false));
  });
}

/** The cluster's agent is enrolled anew: where it was, after its machine was lost, or elsewhere while it runs on. */
async function enrolAnew({ enrolment, time, journal }: World, cluster: WorldCluster): Promise<void> {
  const { chance, host: former } = cluster;
  const how = chance.pick(['where it is', 'its machine is lost', 'on a second machine'] as const);
  journal.note(cluster.thing, () => `is enrolled anew: ${how}`);
  if (how === 'its machine is lost') former.retire();
  const enrolled = await enrolment.enrol(cluster.id);
  if (how === 'where it is') return former.enrolAnew(enrolled);
  cluster.moveTo(enrolled);
  cluster.host.machine.start();
  // Until somebody thinks of the old one.
  time.after(chance.span(15 * MINUTE, 1), () => former.retire());
}

/** A machine is set back to a snapshot of its disk; that of an enrolment before would not be believed any more. */
function troubleMachine({ weather, time, journal, versions }: World, cluster: WorldCluster): void {
  const { chance, thing, id } = cluster;
  weather.recurs('disk-restored', 40, () => {
    const { host } = cluster;
    const { certificate } = host;
    const snapshot = host.disk.snapshot();
    time.after(chance.span(10 * MINUTE, 1), () => {
      if (weather.isCalm || host.isGone || cluster.host.certificate !== certificate) return;
      journal.note(thing, () => 'the machine is set back to a snapshot');
      host.machine.kill(20_000);
      host.disk.restore(snapshot);
      versions.wasRestored(id);
    });
  });
}

function troubleBroker({ weather, time, broker }: World, { thing, chance }: WorldCluster): void {
  weather.recurs('broker-disconnect', 6, () => broker.drop(thing, 'connection reset'));
  weather.recurs('broker-outage', 40, () => {
    broker.cut(thing);
    time.after(Math.min(60 * MINUTE, chance.span(8 * MINUTE, 1)), () => broker.mend(thing));
  });
  weather.recurs('broker-twin', 40, () => {
    // Two agents with one identity throw each other out, for a few minutes.
    for (let at = 0; at < 10; at += 1)
      time.after(at * chance.between(1_000, 30_000), () => broker.drop(thing, 'DUPLICATE_CLIENTID'));
  });
}

function troubleScheduler({ weather, time, journal }: World, cluster: WorldCluster): void {
  const { scheduler, chance, thing } = cluster;
  weather.recurs('jobs-odd', 0.7, () => void scheduler.perform(oddEvent(chance, scheduler.state)));
  weather.recurs('rows-change', 9, () => {
    const lost = chance.happens(0.5) && scheduler.perform({ kind: 'lose-state' }).done;
    const changed = lost ? undefined : scheduler.changeFinishedRow();
    journal.note(thing, () =>
      lost ? 'slurmctld lost its state' : `the row of ${changed?.jobIdRaw} changed`,
    );
  });
  weather.recurs('scheduler-away', 25, () => {
    const part = chance.pick(['accounts', 'queue'] as const);
    if (!scheduler.perform({ kind: 'take-away', part }).done) return;
    journal.note(thing, () => `the scheduler's ${part} are away`);
    time.after(chance.span(4 * MINUTE, 1), () => void scheduler.perform({ kind: 'bring-back', part }));
  });
  weather.recurs('hand-drift', 15, () => drift(cluster, chance));
}

/** Somebody changes by hand what the agent had set. */
function drift({ scheduler }: WorldCluster, chance: Stream): void {
  const account = chance.any([...scheduler.state.accounts.keys()].filter((name) => name !== 'root'));
  if (account === undefined) return;
  const user = chance.any([...(scheduler.state.accounts.get(account)?.members.keys() ?? [])]) ?? 'nobody';
  const changes: readonly [Change, ...Change[]] = [
    { kind: 'set-limit', account, limitMinutes: chance.pick([0, 10, 1_000_000]) },
    { kind: 'lock', account },
    { kind: 'unlock', account },
    { kind: 'block-member', account, user },
    { kind: 'remove-member', account, user, defaultAccount: null },
    { kind: 'add-member', account, user: 'stranger' },
  ];
  scheduler.perform({ kind: 'change', change: chance.pick(changes) });
}

function troubleClock({ weather, time }: World, cluster: WorldCluster): void {
  // With a wrong clock as well, a machine that is set back may give a number twice.
  if (weather.has('disk-restored')) return;
  const { chance } = cluster;
  if (weather.has('clock-skew')) {
    cluster.host.clock.error = chance.between(-15, 15) * MINUTE;
    weather.count('clock-skew');
  }
  weather.recurs('clock-step', 30, () => {
    const { clock } = cluster.host;
    const step = chance.pick([-60, 60, 1, -1, 10]) * MINUTE;
    if (clock.error + step > MOST_AHEAD_MS) return;
    clock.error += step;
    // A clock that was set right when all went calm stays right.
    time.after(chance.span(6 * MINUTE, 1), () => (clock.error -= weather.isCalm ? 0 : step));
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
