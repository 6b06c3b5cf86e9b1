import { createWriteStream, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import type { FunctionSpec } from './functions/function-specs.ts';
import { FunctionPool } from './functions/function-pool.ts';
import { credentialsOf } from './services.ts';

/** Environments of a function at most. Two at least where races between them must be real. */
const limits: Record<string, number> = {
  'keystone-local-api': 4,
  'keystone-local-ledger': 2,
  'keystone-local-policy-builder': 2,
};

export interface RunningFunctionsOptions {
  specs: readonly FunctionSpec[];
  endpoints: Readonly<Record<string, string>>;
  logFolder: string;
}

/** The app's functions, each in worker threads of its own, with what it prints in a file of its own. */
export class RunningFunctions {
  readonly pools: ReadonlyMap<string, FunctionPool>;
  readonly #logs: WriteStream[] = [];

  constructor({ specs, endpoints, logFolder }: RunningFunctionsOptions) {
    this.pools = new Map(
      specs.map((spec) => {
        const file = createWriteStream(join(logFolder, `${spec.name}.log`), { flags: 'a' });
        this.#logs.push(file);
        const variables = { ...endpoints, ...lambdaVariables(spec) };
        return [
          spec.arn,
          new FunctionPool({ spec, variables, log: (text) => file.write(text) }, limits[spec.name] ?? 1),
        ];
      }),
    );
  }

  /** @throws Error where there is no such function; FunctionError where it failed */
  async invoke(nameOrArn: string, event: unknown): Promise<unknown> {
    const pool =
      this.pools.get(nameOrArn) ?? [...this.pools.values()].find(({ spec }) => spec.name === nameOrArn);
    if (!pool) throw new Error(`there is no function ${nameOrArn}`);
    return pool.invoke(event);
  }

  async close(): Promise<void> {
    await Promise.all([...this.pools.values()].map((pool) => pool.close()));
    await Promise.all(this.#logs.map((file) => new Promise((resolve) => file.end(resolve))));
  }
}

/** What Lambda itself puts into a function's environment. */
function lambdaVariables(spec: FunctionSpec): Record<string, string> {
  const { accessKeyId, secretAccessKey } = credentialsOf(spec.accessKeyId);
  return {
    AWS_REGION: 'eu-west-1',
    AWS_DEFAULT_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_LAMBDA_FUNCTION_NAME: spec.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(spec.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_EC2_METADATA_DISABLED: 'true',
    LAMBDA_TASK_ROOT: spec.code,
    TZ: 'UTC',
  };
}
