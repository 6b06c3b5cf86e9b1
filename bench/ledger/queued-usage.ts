import { thingOf } from '@keystone/shared/contracts/agent.ts';
import { putAgentAction, type AgentRecord } from '@keystone/shared/store/agents/agent-records.ts';
import type { ControlTable } from '@keystone/shared/store/table/tables.ts';
import { transact } from '@keystone/shared/store/table/transact.ts';
import type { QueuedMessage } from './ledger-worker.ts';
import type { PackedMessage } from './prepared-usage.ts';

const CLUSTER = 1;
const agent: AgentRecord = {
  cluster: CLUSTER,
  thing: thingOf('local', CLUSTER),
  certificate: 'certificate-of-the-bench',
  certificate_arn: 'arn:aws:iot:eu-west-1:000000000000:cert/bench',
  epoch: 1,
  enrolled: '2026-11-02T08:00:00.000Z',
  superseded: [],
};

/** Gives the cluster of the queued messages its agent: the worker believes nobody else. */
export async function enrolSender(control: ControlTable): Promise<number> {
  await transact(control.client, [putAgentAction(control, agent, 0)], 'enrolment-of-the-bench');
  return CLUSTER;
}

/** A message as the IoT rule puts it on the queue. */
export function queued({ segment, payload }: PackedMessage): QueuedMessage {
  const envelope = {
    data: payload.toString('base64'),
    thing: agent.thing,
    client: agent.thing,
    principal: agent.certificate,
    at: Date.UTC(2026, 10, 2, 12),
  };
  return { messageId: `message-${segment}`, body: JSON.stringify(envelope) };
}

/** Batches as the event source hands them over. */
export function* batchesOf<T>(items: Iterable<T>, size: number): Generator<T[]> {
  let batch: T[] = [];
  for (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
