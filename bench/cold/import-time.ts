import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '@keystone/local/stack/child-build.ts';
import type { FunctionName } from '@keystone/shared/contracts/environment.ts';
import { sampleEnvironment } from './sample-environment.ts';

const execute = promisify(execFile);

/** Milliseconds of an import in a fresh process, as a Lambda environment does it once. */
export async function importMs(file: string, name: FunctionName): Promise<number> {
  const { stdout } = await execute(process.execPath, [join(root, 'bench/cold/import.process.ts'), file], {
    env: {
      ...sampleEnvironment(name),
      NODE_OPTIONS: '--enable-source-maps --disable-warning=ExperimentalWarning',
    },
    timeout: 60_000,
  });
  const ms = Number(stdout);
  if (!(ms > 0)) throw new Error(`importing ${file} printed ${stdout.slice(0, 200)}`);
  return ms;
}
