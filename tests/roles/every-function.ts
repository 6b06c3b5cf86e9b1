import { randomUUID } from 'node:crypto';
import type { Stack } from '@keystone/local/stack/stack.ts';
import { readItem } from '@keystone/shared/store/table/control-reader.ts';
import { outboxAction, outboxEntry } from '@keystone/shared/store/unit-of-work/outbox.ts';
import { transact } from '@keystone/shared/store/table/transact.ts';
import type { Child } from '../support/child.ts';
import { ADMIN_PASSWORD } from '../support/stack-process.ts';
import { agentIsServed, enrolAgent, startAgent } from './run-agent.ts';
import { signInInEveryWay, walkApi } from './walk-api.ts';

export const admin = { username: 'admin', password: ADMIN_PASSWORD };

/** Has every function do all that it is for, each reached as on AWS: by a browser, an agent, a queue, or a schedule. */
export async function useEveryFunction(
  stack: Stack,
  folder: string,
  onAgent: (agent: Child) => void,
): Promise<void> {
  await stack.invoke('keystone-local-first-admin', admin);
  await stack.invoke('keystone-local-first-admin', admin);
  const staff = await signInInEveryWay(stack.url, admin.username, admin.password);
  const centre = await walkApi(stack.url, staff);
  // The second ends the certificate of the first.
  await enrolAgent(stack.url, staff, centre.cluster, folder);
  await enrolAgent(stack.url, staff, centre.cluster, folder);
  const agent = startAgent(folder, centre);
  onAgent(agent);
  await agentIsServed(staff, agent, centre);
  await sweepOldEntry(stack, centre.cluster);
  await stack.invoke('keystone-local-grant-turn', {});
  await stack.invoke('keystone-local-verify-ledger', {});
  await stack.invoke('keystone-local-watch-agents', {});
}

/** An entry as a function leaves it that ended between its commit and the queue. */
async function sweepOldEntry(stack: Stack, cluster: number): Promise<void> {
  const table = { client: stack.services.dynamodb, table: 'keystone-local-control' };
  const longAgo = new Date(Date.now() - 3_600_000);
  const entry = outboxEntry('AN-OLD-ENTRY', longAgo, [{ type: 'policy', cluster, cid: randomUUID() }]);
  await transact(table.client, [outboxAction(table.table, entry)], randomUUID());
  await stack.invoke('keystone-local-outbox-sweep', {});
  if (await readItem(table, entry.key)) throw new Error('the sweep left an old outbox entry');
}
