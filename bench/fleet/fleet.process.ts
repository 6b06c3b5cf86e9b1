import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { enrol } from '@keystone/agent/commands/enrol.ts';
import { runCommand } from '@keystone/agent/commands/run.ts';
import { logEvents } from '@keystone/agent/log/log-events.ts';
import { openSimulationFile } from '@keystone/agent/schedulers/simulated/open-simulated.ts';
import type { SimulatedScheduler } from '@keystone/agent/schedulers/simulated/simulated-scheduler.ts';
import * as z from 'zod';
import { orderSchema, type News, type Order } from './fleet-messages.ts';
import { workOff } from './simulated-work.ts';

/**
 * Many agents in one process, `node fleet.process.ts FOLDER`: each is the agent's own program with its own folder,
 * connection and simulated scheduler. It takes orders from the process that made it, and ends on SIGTERM.
 */
const folder = z.string().parse(process.argv[2]);
const schedulers = new Map<number, SimulatedScheduler>();
const running = new Set<Promise<void>>();
// Each agent waits for the signal that ends it.
process.setMaxListeners(0);

const tell = (news: News) => void process.send?.(news);
const fail = (cluster: number | null) => (error: unknown) =>
  tell({
    news: 'failed',
    cluster,
    reason: error instanceof Error ? (error.stack ?? error.message) : String(error),
  });

async function start({ cluster, url, token }: Extract<Order, { order: 'start' }>): Promise<void> {
  const simulation = join(folder, `cluster-${cluster}.json`);
  writeFileSync(simulation, JSON.stringify({ cluster: `cluster${cluster}`, workload: 'none' }));
  const place = ['--state-dir', join(folder, `agent-${cluster}`)];
  const scheduler = ['--scheduler', 'simulated', '--simulation', simulation];
  const silent = { out: () => undefined, error: () => undefined };
  const enrolled = await enrol.run(['--url', url, '--token', token, ...scheduler, ...place], silent, {});
  if (enrolled !== 0) throw new Error(`enrolment ended with ${enrolled}`);
  const run = runCommand(() => {
    const opened = openSimulationFile(simulation, 'run');
    schedulers.set(cluster, opened);
    return opened;
  });
  const ended = run.run(['--mode', 'enforce', ...place], { out: silent.out, error: listen(cluster) }, {});
  const tracked = ended.then(() => undefined, fail(cluster)).finally(() => running.delete(tracked));
  running.add(tracked);
}

const lineSchema = z.object({ level: z.string(), event: z.string(), change: z.string().optional() });

/** Hears an agent's log. */
function listen(cluster: number): (line: string) => void {
  const limits: Record<string, number> = {};
  return (line) => {
    const { level, event, change } = lineSchema.parse(JSON.parse(line));
    const [, account, minutes] = /^set-limit (\S+) (\d+) min$/.exec(change ?? '') ?? [];
    if (event === logEvents.changeMade && account !== undefined) limits[account] = Number(minutes);
    if (event === logEvents.policyApplied) tell({ news: 'applied', cluster, limits });
    if (level === 'error') tell({ news: 'failed', cluster, reason: line });
  };
}

async function work(order: Extract<Order, { order: 'work' }>): Promise<void> {
  await Promise.all(
    [...schedulers].map(async ([cluster, scheduler]) =>
      tell({ news: 'ended', cluster, ...(await workOff(scheduler, order)) }),
    ),
  );
}

process.on('message', (message) => {
  const order = orderSchema.parse(message);
  if (order.order === 'start') start(order).catch(fail(order.cluster));
  else work(order).catch(fail(null));
});
process.once('SIGTERM', () => {
  void Promise.all(running).then(() => process.exit(0));
});
tell({ news: 'ready' });
