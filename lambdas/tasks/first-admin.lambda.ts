import { randomUUID } from 'node:crypto';
import { environments } from '@keystone/shared/contracts/environment.ts';
import { hashPassword } from '../api/authentication/password-hash.ts';
import { controlTable } from '../runtime/clients.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { logFor } from '../runtime/logger.ts';
import { systemSources } from '../runtime/sources.ts';
import { createFirstAdmin, firstAdminSchema } from './create-first-admin.ts';

const env = readEnvironment(environments['first-admin']);
const table = controlTable(env);
const log = logFor('first-admin', env.KEYSTONE_STAGE);

export async function handler(event: unknown): Promise<{ id: number; created: boolean }> {
  const admin = firstAdminSchema.parse(event);
  const actor = { user: null, cid: randomUUID(), remote: null };
  const { pause, random } = systemSources;
  const result = await createFirstAdmin(
    { table, actor, sources: systemSources, pause, random },
    admin,
    hashPassword,
  );
  log.info('first-admin', result);
  return result;
}
