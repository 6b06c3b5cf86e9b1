import { randomUUID } from 'node:crypto';
import { IoTDataPlaneClient } from '@aws-sdk/client-iot-data-plane';
import { environments } from '@keystone/shared/contracts/environment.ts';
import { clientDefaults, controlTable, sqsClient } from '../runtime/clients.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { logFor } from '../runtime/logger.ts';
import { meterFor } from '../runtime/metrics.ts';
import { systemSources } from '../runtime/sources.ts';
import { noteAgentStates, type StateNotes } from './note-agent-states.ts';
import { sqsHandler } from './sqs-batch.ts';

const env = readEnvironment(environments['agent-state']);
const notes: StateNotes = {
  control: controlTable(env),
  queue: { sqs: sqsClient(), policyQueueUrl: env.POLICY_QUEUE_URL },
  broker: { iot: new IoTDataPlaneClient(clientDefaults()), stage: env.KEYSTONE_STAGE },
  sources: systemSources,
  newCid: randomUUID,
  log: logFor('agent-state', env.KEYSTONE_STAGE),
  meter: meterFor('agent-state', env.KEYSTONE_STAGE),
};

export const handler = sqsHandler(notes.meter, (messages) => noteAgentStates(notes, messages));
