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

const readySchema = z.object({ ready: z.literal(true) });

/** What a function may take to load; Lambda does not count it against the function's own limit either. */
const INIT_MS = 30_000;

interface Pending {
  id: string;
  settle(outcome: { result: unknown } | { error: Error }): void;
}

/** A worker thread that holds one function with its own variables and handles one event at a time. */
export class ExecutionEnvironment {
  readonly #spec: FunctionSpec;
  readonly #worker: Worker;
  readonly #log: (text: string) => void;
  readonly #ready: Promise<void>;
  #becameReady: () => void = () => undefined;
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
    this.#ready = new Promise((resolve) => {
      this.#becameReady = resolve;
    });
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
    const outcome = await new Promise<{ result: unknown } | { error: Error }>((resolve) => {
      let timer = this.#limit(INIT_MS, 'did not load within');
      this.#pending = {
        id,
        settle: (settled) => {
          clearTimeout(timer);
          resolve(settled);
        },
      };
      void this.#ready.then(() => {
        clearTimeout(timer);
        if (this.#pending?.id !== id) return;
        const limit = this.#spec.timeoutSeconds * 1000;
        timer = this.#limit(limit, 'timed out after');
        const message: InvokeMessage = { id, event, deadline: Date.now() + limit };
        this.#worker.postMessage(message);
      });
    });
    if ('error' in outcome) throw outcome.error;
    return outcome.result;
  }

  #limit(milliseconds: number, what: string): NodeJS.Timeout {
    return setTimeout(() => {
      this.#end(new FunctionError(this.#spec.name, `${what} ${milliseconds / 1000} s`));
      void this.#worker.terminate();
    }, milliseconds);
  }

  async close(): Promise<void> {
    this.alive = false;
    await this.#worker.terminate();
  }

  #receive(message: unknown): void {
    if (readySchema.safeParse(message).success) return this.#becameReady();
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
