import { gzipSync } from 'node:zlib';
import { thingOf, type IotEnvelope } from '@keystone/shared/contracts/agent.ts';
import { putAgentAction, readAgent, type AgentRecord } from '@keystone/shared/store/agents/agent-records.ts';
import type { ControlTable } from '@keystone/shared/store/table/tables.ts';
import { transact } from '@keystone/shared/store/table/transact.ts';
import { ulid } from 'ulid';
import type { QueuedMessage } from '../sqs-batch.ts';

export const STAGE = 'test';

/** What a device packs. */
export const packed = (content: unknown) => gzipSync(JSON.stringify(content)).toString('base64');

/** A message as the IoT rule puts it on a queue. */
export function fromAgent(
  agent: Pick<AgentRecord, 'thing' | 'certificate'>,
  data: string,
  overrides: Partial<IotEnvelope> = {},
): QueuedMessage {
  const { thing, certificate } = agent;
  const envelope: IotEnvelope = {
    data,
    thing,
    client: thing,
    principal: certificate,
    at: Date.UTC(2026, 10, 24, 12),
    ...overrides,
  };
  return { messageId: ulid(), body: JSON.stringify(envelope) };
}

/** Gives a cluster an agent; a second time, its next one. */
export async function enrol(control: ControlTable, cluster: number): Promise<AgentRecord> {
  const known = await readAgent(control, cluster);
  const epoch = (known?.agent.epoch ?? 0) + 1;
  const agent: AgentRecord = {
    cluster,
    thing: thingOf(STAGE, cluster),
    certificate: `certificate-${cluster}-${epoch}`,
    certificate_arn: `arn:aws:iot:eu-west-1:000000000000:cert/${cluster}-${epoch}`,
    epoch,
    enrolled: '2026-11-24T08:00:00.000Z',
    superseded: [],
  };
  await transact(control.client, [putAgentAction(control, agent, known?.version ?? 0)], ulid());
  return agent;
}
