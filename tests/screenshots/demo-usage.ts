import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { runOf } from '@keystone/agent/testing/builders.ts';
import { appendRows } from '@keystone/agent/testing/file-scheduler.ts';
import type { ApiSession } from '@keystone/local/demo/api-session.ts';
import { balanceOf } from '../support/centre.ts';
import { Child } from '../support/child.ts';
import { eventually } from '../support/eventually.ts';
import type { StackProcess } from '../support/stack-process.ts';

const tokenSchema = z.object({ token: z.string() });
const clustersSchema = z.object({ results: z.array(z.object({ id: z.int(), name: z.string() })) });
const account = 'quantum-chemistry';
const JOBS = 9;

/**
 * Gives the demo's cluster `aurora` an agent, on a scheduler whose accounting is a file, and finished jobs, so that pages
 * show an agent that enforces and a balance that was drawn from.
 *
 * @returns the agent's end
 */
export async function addUsage(stack: StackProcess, staff: ApiSession): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'keystone-agent-'));
  let agent: Child | undefined;
  const end = async () => {
    await agent?.signal('SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const cluster = await enrolAurora(stack, staff, folder);
    const rows = join(folder, 'rows.jsonl');
    appendRows(rows, finishedJobs());
    agent = new Child('agent/testing/agent.process.ts', ['--mode', 'enforce', '--state-dir', folder], {
      KEYSTONE_TEST_ROWS: rows,
    });
    await eventually(async () => (await balanceOf(staff, cluster, account))?.jobs === JOBS, {
      what: 'the charges of the demo’s jobs',
      withinMs: 120_000,
    });
    return end;
  } catch (error) {
    await end();
    throw error;
  }
}

/** As an operator of the cluster would. @returns the cluster's id */
async function enrolAurora(stack: StackProcess, staff: ApiSession, folder: string): Promise<number> {
  const { results } = clustersSchema.parse(await staff.call('GET', '/allocations/clusters/?name=aurora'));
  const cluster = results[0]?.id;
  if (cluster === undefined) throw new Error('the demo has no cluster aurora');
  const made = await staff.call('POST', `/allocations/clusters/${cluster}/enrolment/`);
  const { token } = tokenSchema.parse(made);
  const url = `${stack.url}/api`;
  const args = ['enrol', '--url', url, '--token', token, '--state-dir', folder];
  const enrol = new Child('agent/bin/keystone-agent.ts', args);
  if ((await enrol.ended()) !== 0) throw new Error(`enrolment failed:\n${enrol.said}`);
  return cluster;
}

/** Jobs of ada's that have just ended. */
function finishedJobs() {
  const end = Math.floor(Date.now() / 1000);
  const size = { elapsed: 1800, allocTres: 'billing=8192,cpu=8192' };
  return Array.from({ length: JOBS }, (_, index) => runOf(index + 1, { account, user: 'ada', end, ...size }));
}
