import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Child } from '@keystone/tests/support/child.ts';
import * as z from 'zod';
import type { BenchRun, Figure } from '../figures/figure.ts';
import { processorSeconds, residentMb } from '../measure/process-usage.ts';
import { ADMIN_PASSWORD, startBenchStack, type BenchStack } from '../stack/bench-stack.ts';
import { pretendSlurm } from './pretended-slurm.ts';
import { accountNames, type Site } from './slurm-answers.ts';

/** Whoever makes a team is in it. */
const members = ['admin', ...Array.from({ length: 9 }, (_, index) => `user${index + 1}`)];
const site: Site = { accounts: 20, members, jobs: 1_000 };
const AWARDED = 1_000;
const SETTLE_MS = 30_000;
/** A reading of the accounting and one of all limits fall into it at least. */
const WATCH_MS = 90_000;
const tokenSchema = z.object({ token: z.string() });

/**
 * The agent's program beside a cluster on which a thousand jobs run and nothing ends, with its policy held. The floor
 * is a Node process that asks for the queue as often and looks at nothing.
 */
export async function measureAtRest(run: BenchRun): Promise<Figure[]> {
  const stack = await startBenchStack(run);
  const cluster = await awardAll(stack);
  const slurm = pretendSlurm(run, site, AWARDED * 60);
  const env = { PATH: `${slurm}:${process.env['PATH'] ?? ''}` };
  const agent = await startAgent(run, stack, cluster, env);
  const bare = new Child('bench/agent/bare-polling.process.ts', [folderOf(run), slurm], env);
  run.undo(() => bare.signal('SIGTERM'));
  await Promise.all([agent.says(/policy.applied/), bare.says(/asking/)]);
  await pause(SETTLE_MS);
  const [own, floor] = await Promise.all([watch(pidOf(agent)), watch(pidOf(bare))]);
  if (!agent.running) throw new Error(`the agent ended:\n${agent.said.slice(-2000)}`);
  run.print({ part: 'at rest', jobs: site.jobs, ...own, barePolling: floor });
  return [
    { key: 'agent.memory', value: own.memoryMb, floor: floor.memoryMb },
    { key: 'agent.processor', value: own.processorPercent, floor: floor.processorPercent },
  ];
}

async function startAgent(
  run: BenchRun,
  stack: BenchStack,
  cluster: number,
  env: Record<string, string>,
): Promise<Child> {
  const state = folderOf(run);
  const { token } = tokenSchema.parse(
    await stack.staff.call('POST', `/allocations/clusters/${cluster}/enrolment/`),
  );
  const program = 'agent/bin/keystone-agent.ts';
  const where = ['--url', `${stack.url}/api`, '--token', token, '--state-dir', state];
  const enrolment = new Child(program, ['enrol', ...where], env);
  if ((await enrolment.ended()) !== 0) throw new Error(`enrolment failed:\n${enrolment.said}`);
  const agent = new Child(program, ['run', '--mode', 'enforce', '--state-dir', state], env);
  run.undo(() => agent.signal('SIGTERM'));
  return agent;
}

function folderOf(run: BenchRun): string {
  const folder = mkdtempSync(join(tmpdir(), 'keystone-bench-agent-'));
  run.undo(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Gives each account of the site its team and its time. */
async function awardAll({ staff }: BenchStack): Promise<number> {
  const cluster = await staff.create('/allocations/clusters/', { name: 'busy' });
  const people: number[] = [];
  for (const username of members.slice(1))
    people.push(await staff.create('/users/users/', { username, password: ADMIN_PASSWORD }));
  for (const name of accountNames(site)) {
    const team = await staff.create('/users/teams/', { name });
    for (const user of people) await staff.create('/users/memberships/', { user, team, role: 'MB' });
    const asked = { title: 'Time', description: 'For the bench.', team };
    const request = await staff.create('/allocations/requests/', asked);
    const wanted = { request, cluster, requested: AWARDED };
    const allocation = await staff.create('/allocations/allocations/', wanted);
    await staff.call('POST', `/allocations/requests/${request}/decision/`, {
      status: 'AP',
      awards: [{ allocation, awarded: AWARDED }],
      active: new Date().toISOString().slice(0, 10),
    });
  }
  return cluster;
}

async function watch(pid: number): Promise<{ memoryMb: number; processorPercent: number }> {
  const [before, started] = [processorSeconds(pid), performance.now()];
  let memoryMb = residentMb(pid);
  for (let left = WATCH_MS; left > 0; left -= 1_000) {
    await pause(1_000);
    memoryMb = Math.max(memoryMb, residentMb(pid));
  }
  const seconds = (performance.now() - started) / 1000;
  return { memoryMb, processorPercent: (100 * (processorSeconds(pid) - before)) / seconds };
}

function pidOf({ process: { pid } }: Child): number {
  if (pid === undefined) throw new Error('a program of the bench did not start');
  return pid;
}
