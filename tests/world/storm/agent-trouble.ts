import type { WorldCluster } from '../cluster/world-cluster.ts';
import type { World } from '../world.ts';

const MINUTE = 60_000;

/** An agent whose clock is further ahead than what it reads again each minute, two hours, reads past the present. */
const MOST_AHEAD_MS = 110 * MINUTE;

export function troubleAgent(world: World, cluster: WorldCluster): void {
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
export function troubleMachine({ weather, time, journal, versions }: World, cluster: WorldCluster): void {
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

export function troubleClock({ weather, time }: World, cluster: WorldCluster): void {
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

export function troubleBroker({ weather, time, broker }: World, { thing, chance }: WorldCluster): void {
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
