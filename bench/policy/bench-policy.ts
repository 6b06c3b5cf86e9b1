import type { BenchRun, Figure } from '../figures/figure.ts';
import { median, spreadOf, timed } from '../measure/statistics.ts';
import { AgentSide, type Application } from './agent-side.ts';
import { Builder, type Build } from './builder.ts';
import { MEMBERS, openPolicyWorld } from './policy-world.ts';

/** Awards that are changed one after another: enough for a p99 that is not the slowest of a few. */
const AWARDS = 100;
/** After so many of them the floor is measured. */
const EVERY = 10;

/** An award that was changed: what the builder, and then the agent, made of it. */
interface Sample extends Application {
  build: Build;
}

/** One changed award of a large cluster: the builder, its message, and the agent's plan. */
export async function benchPolicy(run: BenchRun): Promise<Figure[]> {
  const { result: world, ms } = await timed(() => openPolicyWorld(run, run.size));
  run.print({ part: 'store filled', accounts: world.accounts, members: MEMBERS, seconds: ms / 1000 });
  const builder = await Builder.open(run, world);
  const agent = await AgentSide.open(run, world.cluster);
  const whole = await bring(builder, agent);
  run.print({ part: 'whole policy', ...lineOf(whole) });

  const { samples, floors } = await changeAwards(run, builder, agent);
  await builder.award(1, 1);
  const units = await builder.units();
  run.print({ part: 'request units', ...units });
  return [
    ...builderFigures(samples, floors),
    { key: 'policy.reads', value: units.reads },
    { key: 'policy.calls', value: units.calls },
    { key: 'policy.delta', value: median(samples.map(({ build }) => bytesOf(build))) / 1000 },
    { key: 'policy.whole', value: bytesOf(whole.build) / 1000 },
    ...agentFigures(samples),
  ];
}

async function changeAwards(
  run: BenchRun,
  builder: Builder,
  agent: AgentSide,
): Promise<{ samples: Sample[]; floors: number[] }> {
  const [samples, floors]: [Sample[], number[]] = [[], []];
  for (let index = 0; index < AWARDS; index++) {
    await builder.award(1 + (index % run.size), 2 + index);
    const sample = await bring(builder, agent);
    samples.push(sample);
    run.print({ sample: index, ...lineOf(sample) });
    if (index % EVERY === 0) floors.push((await timed(() => builder.repeatReads())).ms);
  }
  return { samples, floors };
}

/** A build, and its messages taken and applied by the agent, which then says so. */
async function bring(builder: Builder, agent: AgentSide): Promise<Sample> {
  const build = await builder.build();
  const application = await agent.apply(build.payloads);
  await builder.hold();
  return { build, ...application };
}

const bytesOf = ({ payloads }: Build) => payloads.reduce((sum, { length }) => sum + length, 0);

const lineOf = ({ build, ...application }: Sample) => ({
  builderMs: build.ms,
  builderProcessorMs: build.processorMs,
  messages: build.payloads.length,
  bytes: bytesOf(build),
  ...application,
});

function builderFigures(samples: readonly Sample[], floors: readonly number[]): Figure[] {
  const builds = spreadOf(samples.map(({ build }) => build.ms));
  const floor = spreadOf(floors);
  return [
    { key: 'policy.builder.p50', value: builds.p50, floor: floor.p50 },
    { key: 'policy.builder.p99', value: builds.p99, floor: floor.p99 },
    { key: 'policy.builder.processor', value: median(samples.map(({ build }) => build.processorMs)) },
  ];
}

function agentFigures(samples: readonly Sample[]): Figure[] {
  const p99 = (of: (sample: Sample) => number) => spreadOf(samples.map(of)).p99;
  return [
    {
      key: 'policy.agent',
      value: p99(({ intakeMs, planMs }) => intakeMs + planMs),
      floor: p99(({ parseMs }) => parseMs),
    },
    { key: 'policy.agent.intake', value: p99(({ intakeMs }) => intakeMs) },
    { key: 'policy.agent.plan', value: p99(({ planMs }) => planMs) },
    { key: 'policy.agent.written', value: Math.max(...samples.map(({ written }) => written)), floor: 1 },
  ];
}
