import { setTimeout as pause } from 'node:timers/promises';
import { mapBounded } from '@keystone/shared/store/table/map-bounded.ts';
import type { BenchRun, Figure } from '../figures/figure.ts';
import { processorSeconds, residentMb } from '../measure/process-usage.ts';
import { spreadOf, timed } from '../measure/statistics.ts';
import { allReported, allStored } from './fleet-waits.ts';
import { ACCOUNT, FleetWorld, MEMBER, type FleetCluster } from './fleet-world.ts';

/** The first award, and those that one agent alone gets for the floor. */
const HOURS = 100;
const ALONE = 10;
/** As many as an operator's script would do at a time. */
const LANES = 4;
const ROUNDS = 3;
const JOBS = 20;
const REST_MS = 20_000;

/** Many simulated agents on one stack; the floor is one of them alone, on the same stack before the others came. */
export async function benchFleet(run: BenchRun): Promise<Figure[]> {
  const world = await FleetWorld.open(run);
  const alone = await oneAlone(run, world);
  const joined = await joinOthers(run, world, alone.cluster);
  const atRest = await rest(run, world);
  const awards = await awardAll(run, world, joined.clusters);
  const usage = await useAll(run, world, joined.clusters);
  return [
    { key: 'fleet.enrol', value: joined.msEach, floor: alone.enrolMs },
    { key: 'fleet.award.p50', value: spreadOf(awards.samples).p50, floor: spreadOf(alone.samples).p50 },
    { key: 'fleet.award.p99', value: spreadOf(awards.samples).p99, floor: spreadOf(alone.samples).p99 },
    { key: 'fleet.reported', value: awards.reportedMs },
    { key: 'fleet.award.processor', value: awards.processorMs, floor: alone.processorMs },
    { key: 'fleet.usage', value: usage.ms },
    { key: 'fleet.off', value: usage.off, floor: usage.seconds },
    { key: 'fleet.rest', value: atRest.stackPercent },
    { key: 'fleet.agents-rest', value: atRest.agentsPercent / run.size },
    { key: 'fleet.memory', value: residentMb(world.fleet.pid) / run.size },
  ];
}

async function oneAlone(run: BenchRun, world: FleetWorld) {
  const { result: id, ms: enrolMs } = await timed(() => world.addCluster('cluster1'));
  const cluster = await world.firstAward(id, HOURS);
  const before = processorSeconds(world.stack.pid);
  const samples: number[] = [];
  for (let more = 1; more <= ALONE; more++) samples.push(await world.changeAward(cluster, HOURS + more));
  const processorMs = (1000 * (processorSeconds(world.stack.pid) - before)) / ALONE;
  run.print({ part: 'one agent', enrolMs, awards: spreadOf(samples), processorMsOfAnAward: processorMs });
  return { cluster, enrolMs, samples, processorMs };
}

async function joinOthers(run: BenchRun, world: FleetWorld, first: FleetCluster) {
  const names = Array.from({ length: run.size - 1 }, (_, index) => `cluster${index + 2}`);
  const { result: ids, ms } = await timed(() => mapBounded(names, LANES, (name) => world.addCluster(name)));
  const others = await mapBounded(ids, LANES, (id) => world.firstAward(id, HOURS));
  const msEach = names.length > 0 ? ms / names.length : ms;
  run.print({ part: 'all agents', agents: run.size, enrolledMs: ms, msEach });
  return { clusters: [first, ...others], msEach };
}

async function rest(run: BenchRun, { stack, fleet }: FleetWorld) {
  const seconds = () => [processorSeconds(stack.pid), processorSeconds(fleet.pid)] as const;
  const [stackBefore, agentsBefore] = seconds();
  const { ms } = await timed(() => pause(REST_MS));
  const [stackAfter, agentsAfter] = seconds();
  const percent = (used: number) => (100_000 * used) / ms;
  const stackPercent = percent(stackAfter - stackBefore);
  const agentsPercent = percent(agentsAfter - agentsBefore);
  run.print({ part: 'at rest', stackPercent, agentsPercent, stackMb: residentMb(stack.pid) });
  return { stackPercent, agentsPercent };
}

/** One award changed on each cluster, all in the same moment; and again, when all agents have said that they hold it. */
async function awardAll(run: BenchRun, world: FleetWorld, clusters: readonly FleetCluster[]) {
  const before = processorSeconds(world.stack.pid);
  const samples: number[] = [];
  const reported: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const started = performance.now();
    const hours = 2 * HOURS + round;
    const own = await Promise.all(clusters.map((cluster) => world.changeAward(cluster, hours)));
    await allReported(world, clusters);
    reported.push(performance.now() - started);
    samples.push(...own);
    run.print({ part: 'awards', round, ...spreadOf(own), reportedMs: reported.at(-1) });
  }
  const processorMs = (1000 * (processorSeconds(world.stack.pid) - before)) / samples.length;
  run.print({ part: 'awards', processorMsOfAnAward: processorMs });
  return { samples, reportedMs: Math.max(...reported), processorMs };
}

/** Jobs on each cluster, from the end of the last one until the ledger has all of them. */
async function useAll(run: BenchRun, world: FleetWorld, clusters: readonly FleetCluster[]) {
  const ids = clusters.map(({ id }) => id);
  const ended = await world.fleet.work(ids, MEMBER, ACCOUNT, JOBS);
  const started = performance.now();
  const { jobs, charged, seconds, off } = await allStored(world, clusters, ended);
  const ms = performance.now() - started;
  run.print({ part: 'usage', jobs, billingSeconds: seconds, off, ms });
  if (off > 0 || charged !== jobs)
    throw new Error(`the ledger has ${charged} jobs of ${jobs}, and is ${off} billing-seconds off`);
  return { ms, off, seconds };
}
