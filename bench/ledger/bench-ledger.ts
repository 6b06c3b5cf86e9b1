import type { BenchRun, Figure } from '../figures/figure.ts';
import { spreadOf } from '../measure/statistics.ts';
import { costPerMillionJobs } from './aws-cost.ts';
import { measureStoreFloor, type StoreFloor } from './floor-of-the-store.ts';
import { prepareUsage } from './prepared-usage.ts';
import { measureRequestUnits } from './request-units.ts';
import { measureThroughTheStack, type ThroughTheStack } from './through-the-stack.ts';
import { centreMix, usageMessages, type Mix } from './usage-load.ts';
import { measureWorkerAlone, type WorkerAlone } from './worker-alone.ts';

/** The floor is a rate, which does not change with the number of jobs. */
const FLOOR_JOBS = 42_000;
/** Request units are exact, so a few messages tell them. */
const UNIT_JOBS = 8_400;

/** How jobs may spread, and what each then costs. */
const mixes: Record<string, Mix> = {
  'a centre of 200 people, 840 rows a read': centreMix,
  'the same, 70 rows a read': { ...centreMix, rowsPerRead: 70 },
  'one person': { accounts: 1, usersPerAccount: 1, rowsPerRead: 840 },
  'every job another account': { accounts: 100_000, usersPerAccount: 1, rowsPerRead: 840 },
};

export async function benchLedger(run: BenchRun): Promise<Figure[]> {
  const messages = (jobs: number) => usageMessages(jobs, centreMix);
  const usage = prepareUsage(messages(run.size));
  const floor = await measureStoreFloor(run, messages(Math.min(run.size, FLOOR_JOBS)));
  const storeAloneMs = spreadOf(floor.alone).p50;
  run.print({ part: 'store alone', jobsPerSecond: floor.jobsPerSecond, transactionMs: storeAloneMs });
  const worker = await measureWorkerAlone(run, usage);
  run.print({ part: 'worker alone', jobsPerSecond: worker.jobsPerSecond, batchSeconds: worker.batchSeconds });
  const whole = await measureThroughTheStack(run, usage);
  run.print({ part: 'through the stack', jobsPerSecond: whole.jobsPerSecond, ...whole.commits });
  return [...rates(floor, worker, whole), ...memory(worker, whole), ...(await costs(run, worker, whole))];
}

function rates(floor: StoreFloor, worker: WorkerAlone, whole: ThroughTheStack): Figure[] {
  return [
    { key: 'ledger.rate', value: whole.jobsPerSecond, floor: floor.jobsPerSecond },
    { key: 'ledger.worker-rate', value: worker.jobsPerSecond, floor: floor.jobsPerSecond },
    { key: 'ledger.alone', value: spreadOf(whole.alone).p50, floor: spreadOf(floor.alone).p50 },
    { key: 'ledger.attempts', value: whole.commits.attempts / whole.commits.commits },
  ];
}

function memory({ early, late, store }: WorkerAlone, stack: ThroughTheStack): Figure[] {
  return [
    { key: 'ledger.heap', value: late.heapMb, floor: early.heapMb },
    { key: 'ledger.resident', value: late.rssMb, floor: early.rssMb },
    { key: 'ledger.store-memory', value: store.late, floor: store.half },
    { key: 'ledger.stack-memory', value: stack.late, floor: stack.half },
  ];
}

async function costs(run: BenchRun, worker: WorkerAlone, { commits }: ThroughTheStack): Promise<Figure[]> {
  const attempts = commits.attempts / commits.commits;
  const figures: Figure[] = [];
  for (const [of, mix] of Object.entries(mixes)) {
    const { first, again } = await measureRequestUnits(run, UNIT_JOBS, mix);
    const cost = costPerMillionJobs(first, attempts, worker.batchSeconds);
    run.print({ part: 'request units', of, ...first, dollarsPerMillionJobs: cost });
    figures.push(
      { key: 'ledger.writes', of, value: first.writes / first.jobs },
      { key: 'ledger.reads', of, value: first.reads / first.jobs },
      { key: mix === centreMix ? 'ledger.cost' : 'ledger.cost-of-mix', of, value: cost.total },
    );
    if (mix !== centreMix) continue;
    const repeated = costPerMillionJobs(again, attempts, worker.batchSeconds).total;
    figures.push({ key: 'ledger.cost-again', of, value: repeated });
  }
  return figures;
}
