import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchRun } from '../figures/figure.ts';
import { ownMb, residentMb } from '../measure/process-usage.ts';
import { timed } from '../measure/statistics.ts';
import { startBenchStack } from '../stack/bench-stack.ts';
import { LEDGER_TABLE } from '../stack/store-alone.ts';
import { connectDevice } from './bench-device.ts';
import { commitsIn, type Commits } from './commit-attempts.ts';
import { compareBalances, type PreparedUsage } from './prepared-usage.ts';
import { endsOf, Tenths } from './tenths.ts';

export interface ThroughTheStack {
  jobsPerSecond: number;
  /** Milliseconds from one message, sent alone, to the ledger's word that it is stored. */
  alone: number[];
  commits: Commits;
  /** What the stack's process holds of its own, MB, after half of the jobs and after all of them. */
  half: number;
  late: number;
}

/** Messages sent one by one before the rest, on an idle stack. */
const ALONE = 20;

/** From the device's MQTT message to the ledger's acknowledgement, after which the balance holds it. */
export async function measureThroughTheStack(run: BenchRun, usage: PreparedUsage): Promise<ThroughTheStack> {
  const stack = await startBenchStack(run);
  const device = await connectDevice(run, stack);
  const first = usage.messages.slice(0, ALONE + 1);
  const rest = usage.messages.slice(ALONE + 1);
  const alone: number[] = [];
  // The first one also loads the function.
  for (const message of first) alone.push((await timed(() => device.send([message]))).ms);
  const jobs = rest.reduce((sum, message) => sum + message.jobs, 0);
  const held = new Map<number, number>();
  const tenths = new Tenths(jobs);
  const started = performance.now();
  await device.send(rest, (more) => {
    const tenth = tenths.add(more);
    if (tenth === undefined) return;
    held.set(tenth, ownMb(stack.pid));
    const jobsPerSecond = (1000 * tenths.done) / (performance.now() - started);
    const memory = { residentMb: residentMb(stack.pid), ownMb: held.get(tenth) };
    run.print({ part: 'through the stack', stored: tenths.done, jobsPerSecond, ...memory });
  });
  const jobsPerSecond = (1000 * jobs) / (performance.now() - started);
  await compareBalances({ client: stack.dynamodb, table: LEDGER_TABLE }, device.cluster, usage);
  const log = readFileSync(join(stack.state, 'logs', 'keystone-local-ledger.log'), 'utf8');
  return { jobsPerSecond, alone: alone.slice(1), commits: commitsIn(log), ...endsOf(held) };
}
