import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import * as z from 'zod';
import type { EnvironmentData, InvokeMessage } from './environment-messages.ts';
import type { FunctionSpec } from './function-specs.ts';

/** The function answered with an error, ran out of time, or its environment ended. */
export class FunctionError extends Error {
  override name = 'FunctionError';
  readonly functionName: string;
  constructor(functionName: string, message: string) {
    super(`${functionName}: ${message}`);
    this.functionName = functionName;
  }
}

const outcomeSchema = z.discriminatedUnion('ok', [
  z.object({ id: z.string(), ok: z.literal(true), result: z.unknown() }),
  z.object({ id: z.string(), ok: z.literal(false), error: z.string(), stack: z.string() }),
]);

export interface EnvironmentOptions {
  spec: FunctionSpec;
  /** Variables beside the template's: credentials, endpoints, what Lambda itself sets. */
  variables: Readonly<Record<string, string>>;
  log(text: string): void;
}

interface Pending {
  id: string;
  settle(outcome: { result: unknown } | { error: Error }): void;
}

/** A worker thread that holds one function with its own variables and handles one event at a time. */
export class ExecutionEnvironment {
  readonly #spec: FunctionSpec;
  readonly #worker: Worker;
  readonly #log: (text: string) => void;
  #pending: Pending | undefined;
  #count = 0;
  alive = true;

  constructor({ spec, variables, log }: EnvironmentOptions) {
    this.#spec = spec;
    this.#log = log;
    const [file = '', exported = ''] = spec.handler.split('.');
    const data: EnvironmentData = {
      file: join(spec.code, `${file}.mjs`),
      exported,
      functionName: spec.name,
      functionArn: spec.arn,
      memoryMb: spec.memoryMb,
    };
    this.#worker = new Worker(new URL('./environment.worker.ts', import.meta.url), {
      workerData: data,
      env: { ...spec.environment, ...variables },
      execArgv: ['--disable-warning=ExperimentalWarning', '--enable-source-maps'],
      stdout: true,
      stderr: true,
    });
    this.#worker.stdout.setEncoding('utf8').on('data', log);
    this.#worker.stderr.setEncoding('utf8').on('data', log);
    this.#worker.on('message', (message) => this.#receive(message));
    this.#worker.on('error', (error) => this.#end(new FunctionError(spec.name, String(error))));
    this.#worker.on('exit', (code) =>
      this.#end(new FunctionError(spec.name, `its environment ended (${code})`)),
    );
    this.#worker.unref();
  }

  get busy(): boolean {
    return this.#pending !== undefined;
  }

  /** @throws FunctionError where the function failed or its time ran out (then the environment is gone, as on Lambda) */
  async invoke(event: unknown): Promise<unknown> {
    if (this.#pending) throw new Error(`${this.#spec.name}: the environment is busy`);
    const id = `${this.#spec.name}-${(this.#count += 1)}`;
    const limit = this.#spec.timeoutSeconds * 1000;
    const outcome = await new Promise<{ result: unknown } | { error: Error }>((resolve) => {
      const timer = setTimeout(() => {
        this.#end(new FunctionError(this.#spec.name, `timed out after ${this.#spec.timeoutSeconds} s`));
        void this.#worker.terminate();
      }, limit);
      this.#pending = {
        id,
        settle: (settled) => {
          clearTimeout(timer);
          resolve(settled);
        },
      };
      const message: InvokeMessage = { id, event, deadline: Date.now() + limit };
      this.#worker.postMessage(message);
    });
    if ('error' in outcome) throw outcome.error;
    return outcome.result;
  }

  async close(): Promise<void> {
    this.alive = false;
    await this.#worker.terminate();
  }

  #receive(message: unknown): void {
    const outcome = outcomeSchema.safeParse(message);
    if (!outcome.success || outcome.data.id !== this.#pending?.id) return;
    const pending = this.#pending;
    this.#pending = undefined;
    if (outcome.data.ok) return pending.settle({ result: outcome.data.result });
    this.#log(`${outcome.data.error}\n${outcome.data.stack}\n`);
    pending.settle({ error: new FunctionError(this.#spec.name, outcome.data.error) });
  }

  #end(error: FunctionError): void {
    this.alive = false;
    this.#pending?.settle({ error });
    this.#pending = undefined;
  }
}
