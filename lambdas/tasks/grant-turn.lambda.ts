import { randomUUID } from 'node:crypto';
import { environments } from '@keystone/shared/contracts/environment.ts';
import { controlTable, sqsClient } from '../runtime/clients.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { logFor } from '../runtime/logger.ts';
import * as z from 'zod';
import { turnGrants } from './turn-grants.ts';

const env = readEnvironment(environments['grant-turn']);
const table = controlTable(env);
const queue = { sqs: sqsClient(), policyQueueUrl: env.POLICY_QUEUE_URL };
const log = logFor('grant-turn', env.KEYSTONE_STAGE);

/** `{"restored": true}` is said by hand, after the tables came back from a backup (docs/deploy.md). */
const eventSchema = z.object({ restored: z.boolean().default(false) });

export async function handler(event: unknown): Promise<{ clusters: number }> {
  const { restored } = eventSchema.parse(event ?? {});
  const cid = randomUUID();
  const clusters = await turnGrants(table, queue, cid, restored);
  log.info('grants-turned', { cid, clusters, restored });
  return { clusters };
}
