import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readdirSync, closeSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { root } from '../stack/child-build.ts';
import type { ApiSession } from './api-session.ts';
import { DEMO_PAST_DAYS, demoClusterNames, simulationOf, type DemoCluster } from './demo-clusters.ts';

const program = join(root, 'agent/bin/keystone-agent.ts');
/** From which all that the demo's clusters do follows. */
const DEMO_SEED = 2026;
const ENROL_MS = 60_000;
/** An agent that is told to end gives its tasks ten seconds. */
const STOP_MS = 12_000;

/** Where a demo cluster keeps its agent's state, and its simulation beside it. */
const agentFolder = (folder: string, cluster: string) => join(folder, cluster, 'agent');

/** Enrols an agent with a simulated scheduler for each of the demo's clusters, as an operator would. */
export async function enrolDemoAgents(
  staff: ApiSession,
  url: string,
  folder: string,
  clusters: Readonly<Record<DemoCluster, number>>,
): Promise<void> {
  for (const name of demoClusterNames) {
    const simulation = join(folder, name, 'simulation.json');
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(simulation, JSON.stringify(simulationOf(name, DEMO_SEED), null, 2));
    const made = await staff.call('POST', `/allocations/clusters/${clusters[name]}/enrolment/`);
    const token = typeof made === 'object' && made !== null && 'token' in made ? String(made.token) : '';
    const args = ['enrol', '--url', `${url}/api`, '--scheduler', 'simulated', '--simulation', simulation];
    const past = ['--history-days', String(DEMO_PAST_DAYS + 1)];
    const child = run([...args, ...past, '--state-dir', agentFolder(folder, name)], 'ignore', {
      KEYSTONE_TOKEN: token,
    });
    const late = setTimeout(() => child.kill('SIGKILL'), ENROL_MS);
    const [code]: unknown[] = await once(child, 'exit');
    clearTimeout(late);
    if (code !== 0) throw new Error(`the demo's agent of ${name} could not be enrolled (${String(code)})`);
  }
}

/**
 * Starts the agents that were enrolled, each with what it says in a log file of its own.
 *
 * @returns ends them, and waits until they have
 */
export function startDemoAgents(folder: string, logFile: (cluster: string) => string): () => Promise<void> {
  const names = existsSync(folder)
    ? readdirSync(folder).filter((name) => existsSync(agentFolder(folder, name)))
    : [];
  const children = names.map((name) => {
    const log = openSync(logFile(name), 'a');
    const child = run(['run', '--mode', 'enforce', '--state-dir', agentFolder(folder, name)], log, {});
    closeSync(log);
    return child;
  });
  return async () => {
    await Promise.all(children.map(stop));
  };
}

function run(args: readonly string[], output: 'ignore' | number, env: Record<string, string>): ChildProcess {
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, ...args], {
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '/', ...env },
    stdio: ['ignore', output, output],
    // A Ctrl-C at the terminal reaches the stack, which ends its agents before what they talk to.
    detached: true,
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await ended;
  clearTimeout(late);
}
