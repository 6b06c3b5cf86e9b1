import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '@keystone/local/stack/child-build.ts';

const execute = promisify(execFile);

/** What the functions read at their import; nothing is called. */
const variables = {
  KEYSTONE_STAGE: 'local',
  KEYSTONE_ZONE: 'Europe/London',
  KEYSTONE_ORIGIN: '',
  EDGE_KEY: '',
  CONTROL_TABLE: 'control',
  LEDGER_TABLE: 'ledger',
  POLICY_QUEUE_URL: 'http://127.0.0.1/queue',
  IOT_POLICY_NAME: 'agent',
  IOT_CA: '',
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'unused',
  AWS_SECRET_ACCESS_KEY: 'unused',
};

/** Milliseconds of an import in a fresh process, as a Lambda environment does it once. */
export async function importMs(file: string): Promise<number> {
  const { stdout } = await execute(process.execPath, [join(root, 'bench/cold/import.process.ts'), file], {
    env: { ...variables, NODE_OPTIONS: '--enable-source-maps --disable-warning=ExperimentalWarning' },
    timeout: 60_000,
  });
  const ms = Number(stdout);
  if (!(ms > 0)) throw new Error(`importing ${file} printed ${stdout.slice(0, 200)}`);
  return ms;
}
