import { join } from 'node:path';
import { runOf } from '@keystone/agent/testing/builders.ts';
import { appendRows } from '@keystone/agent/testing/file-scheduler.ts';
import type { ApiSession } from '@keystone/local/demo/api-session.ts';
import { clusterAgentSchema, enrolmentTokenSchema } from '@keystone/shared/contracts/rest/clusters.ts';
import { chargesOf } from '../support/centre.ts';
import { Child } from '../support/child.ts';
import { eventually } from '../support/eventually.ts';
import type { Centre } from './walk-api.ts';

/** Enrols the cluster's agent by its own command, the second time over the first. */
export async function enrolAgent(
  url: string,
  staff: ApiSession,
  cluster: number,
  folder: string,
): Promise<void> {
  const path = `/allocations/clusters/${cluster}/enrolment/`;
  const { token } = enrolmentTokenSchema.parse(await staff.call('POST', path));
  const args = ['enrol', '--url', `${url}/api`, '--token', token, '--state-dir', folder, '--force'];
  const enrol = new Child('agent/bin/keystone-agent.ts', args);
  if ((await enrol.ended()) !== 0) throw new Error(`enrolment failed:\n${enrol.said}`);
}

/** The agent's own process, on a scheduler that has one finished run to report. */
export function startAgent(folder: string, { account, member }: Centre): Child {
  const rows = join(folder, 'rows.jsonl');
  appendRows(rows, [runOf(1, { account, user: member, end: Math.floor(Date.now() / 1000) })]);
  const args = ['--mode', 'enforce', '--state-dir', folder];
  return new Child('agent/testing/agent.process.ts', args, { KEYSTONE_TEST_ROWS: rows });
}

/** Returns when the agent holds the policy that it should, and its run is a charge of which it was told. */
export async function agentIsServed(staff: ApiSession, agent: Child, centre: Centre): Promise<void> {
  const { cluster, account } = centre;
  await eventually(
    async () => {
      const answer = await staff.call('GET', `/allocations/clusters/${cluster}/agent/`);
      const { desired, applied } = clusterAgentSchema.parse(answer);
      return desired !== null && JSON.stringify(desired) === JSON.stringify(applied);
    },
    { what: 'the agent to hold its policy' },
  );
  await eventually(async () => (await chargesOf(staff, cluster, account)).length === 1, {
    what: 'the charge',
  });
  await agent.says(/spool\.stored/);
}
