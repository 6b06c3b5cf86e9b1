import { billingOf } from '../core/counting.ts';
import type { ClusterSetup, JobPlan, JobRequest } from '../core/simulation-state.ts';
import type { SeededRandom } from './seeded-random.ts';

export interface Figure {
  readonly median: number;
  readonly spread: number;
}

/** What an account's jobs are like. */
export interface JobShape {
  readonly cpus: Figure;
  /** Null where its people use no GPUs. */
  readonly gpus: Figure | null;
  readonly minutes: Figure;
  readonly patienceSeconds: number;
}

/** Jobs of one kind that a person submits at once. */
export interface Campaign {
  readonly jobs: readonly Omit<JobRequest, 'user' | 'account'>[];
}

/** Time limits that people ask for, in minutes. */
const usualLimits = [
  1, 2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 360, 480, 720, 1_080, 1_440, 2_160, 2_880, 4_320, 7_200,
  10_080, 20_160, 43_200,
];

/** How runs end other than well, and which share of the time they would have taken they reach. */
const mishaps: readonly {
  readonly share: number;
  readonly outcome: JobPlan['outcome'];
  readonly reach: number;
}[] = [
  { share: 0.05, outcome: 'FAILED', reach: 0.5 },
  { share: 0.02, outcome: 'CANCELLED', reach: 0.8 },
  { share: 0.012, outcome: 'OUT_OF_MEMORY', reach: 0.6 },
  { share: 0.003, outcome: 'NODE_FAIL', reach: 1 },
];

/** Share of jobs whose people asked for too little time. */
const TOO_SHORT = 0.04;
const ARRAY = 0.2;
const MOST_TASKS = 12;

export function drawCampaign(setup: ClusterSetup, shape: JobShape, random: SeededRandom): Campaign {
  const size = drawSize(setup, shape, random);
  const typical = random.logNormal(shape.minutes.median, shape.minutes.spread) * 60;
  const count = Math.min(MOST_TASKS, 1 + Math.floor(random.exponential(1.6)));
  const common = { ...size, patienceSeconds: shape.patienceSeconds };
  const limitMinutes = drawLimit(setup, typical, random);
  const draw = (tasks: number | null) => ({
    ...common,
    limitMinutes,
    tasks,
    plan: drawPlan(typical, random),
  });
  if (count > 1 && random.next() < ARRAY) return { jobs: [draw(count)] };
  return { jobs: Array.from({ length: count }, () => draw(null)) };
}

function drawSize({ nodes }: ClusterSetup, shape: JobShape, random: SeededRandom) {
  if (shape.gpus !== null && nodes.gpus > 0) {
    const wanted = powerOfTwo(random.logNormal(shape.gpus.median, shape.gpus.spread));
    const count = Math.min(nodes.count, Math.ceil(wanted / nodes.gpus));
    const each = Math.min(nodes.gpus, Math.ceil(wanted / count));
    const cpus = Math.max(1, Math.floor((nodes.cpus / nodes.gpus) * each));
    return { nodes: count, gpus: each * count, cpus: cpus * count };
  }
  const wanted = powerOfTwo(random.logNormal(shape.cpus.median, shape.cpus.spread));
  if (wanted <= nodes.cpus) return { nodes: 1, gpus: 0, cpus: wanted };
  const count = Math.min(Math.max(1, Math.floor(nodes.count / 2)), Math.round(wanted / nodes.cpus));
  return { nodes: count, gpus: 0, cpus: nodes.cpus * count };
}

const powerOfTwo = (figure: number): number => 2 ** Math.max(0, Math.round(Math.log2(figure)));

/** People ask for more than they need, mostly, and for round figures. */
function drawLimit({ maxMinutes }: ClusterSetup, seconds: number, random: SeededRandom): number {
  const factor = random.next() < TOO_SHORT ? random.between(0.5, 0.9) : random.logNormal(2, 0.4);
  const wanted = (seconds / 60) * factor;
  return Math.min(maxMinutes, usualLimits.find((limit) => limit >= wanted) ?? maxMinutes);
}

function drawPlan(typical: number, random: SeededRandom): JobPlan {
  const seconds = typical * random.logNormal(1, 0.15);
  let chance = random.next();
  const mishap = mishaps.find(({ share }) => (chance -= share) < 0);
  const reached = mishap ? seconds * random.between(0.02, mishap.reach) : seconds;
  return {
    seconds: Math.max(1, Math.round(reached)),
    outcome: mishap?.outcome ?? 'COMPLETED',
    busyPercent: Math.round(random.between(35, 99)),
  };
}

const SAMPLES = 500;

/** Billing-seconds of a campaign on average, as far as a sample tells. */
export function meanBilling(setup: ClusterSetup, shape: JobShape, random: SeededRandom): number {
  let total = 0;
  for (let sample = 0; sample < SAMPLES; sample += 1)
    for (const job of drawCampaign(setup, shape, random).jobs)
      total += billingOf(setup, job) * Math.min(job.plan.seconds, job.limitMinutes * 60) * (job.tasks ?? 1);
  return total / SAMPLES;
}
