import { mapBounded } from '@keystone/shared/store/table/map-bounded.ts';
import type { BenchRun, Figure } from '../figures/figure.ts';
import { timed } from '../measure/statistics.ts';
import { allReported, allStored } from './fleet-waits.ts';
import { ACCOUNT, FleetWorld, MEMBER, type FleetCluster } from './fleet-world.ts';

const HOURS = 100;
const MORE_HOURS = 200;
const LANES = 4;
/** A new award on each of them is decided by so many at a time. */
const DECIDERS = 20;
const JOBS = 3;
const PATIENCE_MS = 600_000;

/**
 * All agents lose the cloud in one moment, while jobs run, and it comes back in one moment, with the broker's quotas on. An
 * award is changed on each cluster as soon as there is somebody to take it.
 */
export async function benchStorm(run: BenchRun): Promise<Figure[]> {
  const world = await FleetWorld.open(run);
  const clusters = await join(run, world);
  const ids = clusters.map(({ id }) => id);
  const working = world.fleet.work(ids, MEMBER, ACCOUNT, JOBS);
  const { ms: awayMs } = await timed(() => world.restartStack());
  const back = performance.now();
  const since = () => performance.now() - back;
  run.print({ part: 'back', agents: run.size, awayMs });
  const [policyMs, usage] = await Promise.all([
    newAwards(run, world, clusters, since),
    stored(run, world, clusters, working, since),
  ]);
  return [
    { key: 'storm.policy', value: policyMs },
    { key: 'storm.usage', value: usage.ms },
    { key: 'storm.off', value: usage.off },
  ];
}

async function join(run: BenchRun, world: FleetWorld): Promise<FleetCluster[]> {
  const names = Array.from({ length: run.size }, (_, index) => `cluster${index + 1}`);
  const { result, ms } = await timed(() =>
    mapBounded(names, LANES, async (name) => world.firstAward(await world.addCluster(name), HOURS)),
  );
  run.print({ part: 'all agents', agents: run.size, ms });
  return result;
}

async function newAwards(
  run: BenchRun,
  world: FleetWorld,
  clusters: readonly FleetCluster[],
  since: () => number,
): Promise<number> {
  await mapBounded(clusters, DECIDERS, (cluster) => world.changeAward(cluster, MORE_HOURS));
  run.print({ part: 'limits', ms: since() });
  await allReported(world, clusters, PATIENCE_MS);
  run.print({ part: 'reported', ms: since() });
  return since();
}

async function stored(
  run: BenchRun,
  world: FleetWorld,
  clusters: readonly FleetCluster[],
  working: ReturnType<FleetWorld['fleet']['work']>,
  since: () => number,
): Promise<{ ms: number; off: number }> {
  const { jobs, off } = await allStored(world, clusters, await working, PATIENCE_MS);
  const ms = since();
  run.print({ part: 'usage', jobs, off, ms });
  return { ms, off };
}
