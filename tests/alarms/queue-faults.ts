import { randomUUID } from 'node:crypto';
import { IoTDataPlaneClient } from '@aws-sdk/client-iot-data-plane';
import { SendMessageBatchCommand, SQSClient, type Message } from '@aws-sdk/client-sqs';
import { topicsOf } from '@keystone/shared/contracts/agent.ts';
import type { AgentRecord } from '@keystone/shared/store/agents/agent-records.ts';
import type { MemoryTables } from '@keystone/shared/store/testing/memory-tables.ts';
import { testSources } from '@keystone/shared/store/testing/test-sources.ts';
import { usageRecord, ZONE } from '@keystone/shared/store/testing/usage-records.ts';
import { bringPolicies } from '@keystone/lambdas/workers/bring-policies.ts';
import { noteAgentStates } from '@keystone/lambdas/workers/note-agent-states.ts';
import type { QueuedMessage } from '@keystone/lambdas/workers/sqs-batch.ts';
import { storeUsage } from '@keystone/lambdas/workers/store-usage.ts';
import { fromAgent, packed } from '@keystone/lambdas/workers/testing/agent-messages.ts';
import { agentState } from '@keystone/lambdas/workers/testing/agent-state.ts';
import { listeningLog, listeningMeter } from '@keystone/lambdas/workers/testing/listeners.ts';
import { createRulesEngine } from '@keystone/local/services/iot/rules/rules-engine.ts';
import { readAgentsDoor } from '@keystone/local/stack/resources/agents-door.ts';
import type { WorkQueue } from '@keystone/cdk/names.ts';
import type { Meter } from '@keystone/lambdas/runtime/metrics.ts';
import { mockClient } from 'aws-sdk-client-mock';
import { deployment } from './deployment.ts';
import type { ObservedQueues } from './observed-queues.ts';

export const QUEUE_STAGE = 'local';

export interface Cloud {
  tables: MemoryTables;
  agent: AgentRecord;
}

type Worker = (messages: readonly QueuedMessage[]) => Promise<readonly string[]>;

const common = () => ({
  broker: { iot: new IoTDataPlaneClient({ region: 'eu-west-1' }), stage: 'test' },
  zone: ZONE,
  log: listeningLog(),
});

/** The functions that read queues, on tables that are there, or that are not. */
export function workersOf(
  { tables }: Cloud,
  away: boolean,
  meter: Meter = listeningMeter(),
): Record<WorkQueue, Worker> {
  const gone = (name: string) => (away ? 'no-such-table' : name);
  const control = { ...tables.control, table: gone(tables.control.table) };
  const ledger = { ...tables.ledger, table: gone(tables.ledger.table) };
  const stores = { control, ledger, sources: testSources(), meter, ...common() };
  const sqs = new SQSClient({ region: 'eu-west-1' });
  mockClient(sqs).on(SendMessageBatchCommand).resolves({});
  const queue = { sqs, policyQueueUrl: 'https://queue' };
  return {
    policy: (messages) => bringPolicies(stores, messages),
    usage: (messages) => storeUsage(stores, messages),
    'agent-state': (messages) => noteAgentStates({ ...stores, queue, newCid: randomUUID }, messages),
  };
}

/** A message as it comes to each queue when all is well. */
export const messageTo = ({ agent }: Cloud, queue: WorkQueue): string =>
  ({
    policy: () => JSON.stringify({ type: 'policy', cluster: agent.cluster, cid: randomUUID() }),
    usage: () => usageMessage(agent, [usageRecord()]).body,
    'agent-state': () => fromAgent(agent, packed(agentState({ epoch: agent.epoch }))).body,
  })[queue]();

export const usageMessage = (agent: AgentRecord, records: readonly unknown[], certificate?: string) =>
  fromAgent(
    { ...agent, ...(certificate !== undefined && { certificate }) },
    packed({ v: 1, epoch: agent.epoch, segment: 1, records }),
  );

export const queued = (messages: readonly Message[]): QueuedMessage[] =>
  messages.map(({ MessageId = '', Body = '' }) => ({ messageId: MessageId, body: Body }));

/** An agent's message through the template's own rules, which hand it to its queue, or can't. */
export async function publishUsage(queues: ObservedQueues, usageQueueIsThere: boolean): Promise<void> {
  const { rules } = readAgentsDoor(deployment);
  const engine = createRulesEngine({
    rules,
    send: async (queueUrl, body) => {
      const name = queueUrl.split('/').at(-1) ?? '';
      if (name === 'keystone-local-usage' && !usageQueueIsThere) throw new Error('AccessDenied');
      await queues.send(name, body);
    },
    clock: () => Date.now(),
    log: () => undefined,
  });
  const thing = 'keystone-local-1';
  engine.run({
    topic: topicsOf(QUEUE_STAGE, thing).usage,
    payload: Buffer.from('usage'),
    clientId: thing,
    principal: 'certificate',
  });
  await engine.idle();
}
