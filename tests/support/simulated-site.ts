import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SimulationConfigInput } from '@keystone/agent/schedulers/simulated/simulation-config.ts';
import type { ApiSession } from '@keystone/local/demo/api-session.ts';
import { AgentProcess } from './agent-process.ts';
import { addPerson, addTeam } from './centre.ts';
import { StackProcess } from './stack-process.ts';

/** The account of the site's team, and the cluster that its agent pretends. */
export const ACCOUNT = 'chemistry';
export const CLUSTER = 'pretended';

/** Jobs of a few seconds, several each second, whatever the hour. */
const simulationOf = (seed: number): SimulationConfigInput => ({
  seed,
  cluster: CLUSTER,
  nodes: { count: 8, cpus: 64 },
  rhythm: 'steady',
  workload: [
    { account: ACCOUNT, unitsPerDay: 4_000, minutes: { median: 0.06, spread: 0.4 }, cpus: { median: 16 } },
  ],
});

/** A stack with a team of two and a cluster, whose agent runs on a simulated scheduler. */
export interface SimulatedSite {
  readonly stack: StackProcess;
  readonly staff: ApiSession;
  readonly team: number;
  readonly cluster: number;
  readonly agent: AgentProcess;
  /** What describes the simulation. */
  readonly simulation: string;
  /** For what a test leaves; it goes with the site. */
  readonly folder: string;
  close(): Promise<void>;
}

/** Starts all of it; nothing is awarded yet, so that no job runs. */
export async function startSimulatedSite(seed: number): Promise<SimulatedSite> {
  await using parts = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'keystone-simulation-'));
  parts.defer(() => rmSync(folder, { recursive: true, force: true }));
  const simulation = join(folder, `${CLUSTER}.json`);
  writeFileSync(simulation, JSON.stringify(simulationOf(seed)));
  const stack = await StackProcess.start();
  parts.defer(() => stack.close());
  const staff = await stack.admin();
  await addPerson(staff, 'alice');
  const team = await addTeam(stack, 'alice', 'Chemistry', [await addPerson(staff, 'bob')]);
  const cluster = await staff.create('/allocations/clusters/', { name: CLUSTER });
  const agent = await AgentProcess.enrol(staff, stack.url, cluster, { simulation });
  parts.defer(() => agent.close());
  agent.start();
  const kept = parts.move();
  return { stack, staff, team, cluster, agent, simulation, folder, close: () => kept.disposeAsync() };
}
