import { environments } from '@keystone/shared/contracts/environment.ts';
import { controlTable, sqsClient } from '../runtime/clients.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { logFor } from '../runtime/logger.ts';
import { systemSources } from '../runtime/sources.ts';
import { sweepOutbox } from './sweep-outbox.ts';

const env = readEnvironment(environments['outbox-sweep']);
const destination = { table: controlTable(env), sqs: sqsClient(), policyQueueUrl: env.POLICY_QUEUE_URL };
const log = logFor('outbox-sweep', env.KEYSTONE_STAGE);

export async function handler(): Promise<{ sent: number }> {
  const sent = await sweepOutbox(destination, systemSources.now());
  if (sent > 0) log.warn('outbox-swept', { sent });
  return { sent };
}
