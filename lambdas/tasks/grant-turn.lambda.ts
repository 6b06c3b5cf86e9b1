import { randomUUID } from 'node:crypto';
import { environments } from '@keystone/shared/contracts/environment.ts';
import { controlTable, sqsClient } from '../runtime/clients.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { logFor } from '../runtime/logger.ts';
import { turnGrants } from './turn-grants.ts';

const env = readEnvironment(environments['grant-turn']);
const table = controlTable(env);
const queue = { sqs: sqsClient(), policyQueueUrl: env.POLICY_QUEUE_URL };
const log = logFor('grant-turn', env.KEYSTONE_STAGE);

export async function handler(): Promise<{ clusters: number }> {
  const cid = randomUUID();
  const clusters = await turnGrants(table, queue, cid);
  log.info('grants-turned', { cid, clusters });
  return { clusters };
}
