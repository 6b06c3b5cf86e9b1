import { rmSync, writeFileSync } from 'node:fs';
import { LOCAL_CONNECTION_FILE, type LocalConnection } from '@keystone/shared/contracts/local-connection.ts';
import { environments } from '@keystone/shared/contracts/environment.ts';
import { region } from '../roles/address.ts';
import { secretFor } from '../roles/credentials.ts';
import { adminAccessKeyId } from '../roles/role.ts';
import type { FunctionSpec } from './functions/function-specs.ts';
import type { Services } from './services.ts';
import type { StateFolder } from './state-folder.ts';

/**
 * Tells an operator's commands how to reach the stack, for as long as it runs.
 *
 * @returns takes it away again
 */
export function writeConnection(
  state: StateFolder,
  { endpoints }: Pick<Services, 'endpoints'>,
  specs: readonly FunctionSpec[],
): () => void {
  const ledger = specs.find(({ name }) => name === 'keystone-local-ledger');
  const env = environments.ledger.parse(ledger?.environment);
  const connection: LocalConnection = {
    v: 1,
    pid: process.pid,
    region,
    credentials: { accessKeyId: adminAccessKeyId, secretAccessKey: secretFor(adminAccessKeyId) },
    endpoints: { ...endpoints },
    stage: env.KEYSTONE_STAGE,
    zone: env.KEYSTONE_ZONE,
    tables: { control: env.CONTROL_TABLE, ledger: env.LEDGER_TABLE },
  };
  const file = state.in(LOCAL_CONNECTION_FILE);
  writeFileSync(file, `${JSON.stringify(connection, null, 2)}\n`, { mode: 0o600 });
  return () => rmSync(file, { force: true });
}
