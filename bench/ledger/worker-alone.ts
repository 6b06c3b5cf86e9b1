import { join } from 'node:path';
import { synthesise } from '@keystone/local/stack/builds.ts';
import { root } from '@keystone/local/stack/child-build.ts';
import type { BenchRun } from '../figures/figure.ts';
import { startBareBroker } from '../stack/bare-broker.ts';
import { ownMb } from '../measure/process-usage.ts';
import { startStoreAlone } from '../stack/store-alone.ts';
import { startLedgerWorker, type LedgerWorker, type Weight } from './ledger-worker.ts';
import { compareBalances, type PreparedUsage } from './prepared-usage.ts';
import { batchesOf, enrolSender, queued } from './queued-usage.ts';
import { endsOf, Tenths } from './tenths.ts';

export interface WorkerAlone {
  jobsPerSecond: number;
  /** How long the function ran for one batch. */
  batchSeconds: number;
  /** The first worker, after a tenth of the jobs and after all of them. */
  early: Weight;
  late: Weight;
  /** What the store's process holds of its own, MB, after half of the jobs and after all of them. */
  store: { half: number; late: number };
}

/** Environments, as many as the stack gives the ledger; and messages in a batch, as the event source has it. */
const WORKERS = 2;
const BATCH = 10;

/** From the SQS message on: two ledger functions as they deploy, each in a process, on the store and nothing else. */
export async function measureWorkerAlone(run: BenchRun, usage: PreparedUsage): Promise<WorkerAlone> {
  const store = await startStoreAlone(run);
  const cluster = await enrolSender(store.control);
  const place = { bundle: await ledgerBundle(), dynamodb: store.endpoint, iot: await startBareBroker(run) };
  const workers: LedgerWorker[] = [];
  for (let at = 0; at < WORKERS; at++) workers.push(await startLedgerWorker(run, place));
  const weights: Weight[] = [];
  const ofStore = new Map<number, number>();
  const started = performance.now();
  await storeAll(workers, usage, {
    onTenth: (tenth) => ofStore.set(tenth, ownMb(store.pid)),
    onWeight: (stored, weight) => {
      weights.push(weight);
      run.print({ part: 'worker alone', stored, ...weight, storeOwnMb: ownMb(store.pid) });
    },
  });
  const seconds = (performance.now() - started) / 1000;
  await compareBalances(store.ledger, cluster, usage);
  const [early, late] = [weights[0], weights.at(-1)];
  if (!early || !late) throw new Error('the worker was never weighed; take a larger --size');
  const batchCount = Math.ceil(usage.messages.length / BATCH);
  return {
    jobsPerSecond: usage.jobs / seconds,
    batchSeconds: (WORKERS * seconds) / batchCount,
    early,
    late,
    store: endsOf(ofStore),
  };
}

interface Progress {
  onTenth(tenth: number): void;
  onWeight(stored: number, weight: Weight): void;
}

/** Workers take batches from one queue; the first one is weighed after each tenth of the jobs. */
async function storeAll(
  workers: readonly LedgerWorker[],
  usage: PreparedUsage,
  { onTenth, onWeight }: Progress,
): Promise<void> {
  const batches = batchesOf(usage.messages, BATCH);
  const tenths = new Tenths(usage.jobs);
  let isDue = false;
  await Promise.all(
    workers.map(async (worker, index) => {
      for (const batch of batches) {
        const records = batch.map(queued);
        const tenth = tenths.add(batch.reduce((sum, { jobs }) => sum + jobs, 0));
        isDue ||= tenth !== undefined;
        if (tenth !== undefined) onTenth(tenth);
        if (index > 0 || !isDue) await worker.store(records);
        else {
          isDue = false;
          onWeight(tenths.done, await worker.weigh(records));
        }
      }
    }),
  );
}

async function ledgerBundle(): Promise<string> {
  const assembly = await synthesise({ cache: join(root, '.keystone'), log: () => undefined });
  return join(assembly, 'functions', 'ledger', 'index.mjs');
}
