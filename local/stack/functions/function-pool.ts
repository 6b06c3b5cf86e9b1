import { ExecutionEnvironment, type EnvironmentOptions } from './execution-environment.ts';

/**
 * A function's environments. A new one is made when all are busy, up to a limit; beyond it events wait their turn. More
 * than one lets races between environments be real.
 */
export class FunctionPool {
  readonly #options: EnvironmentOptions;
  readonly #limit: number;
  #environments: ExecutionEnvironment[] = [];
  #waiting: ((environment: ExecutionEnvironment) => void)[] = [];
  #taken = new Set<ExecutionEnvironment>();
  #closed = false;

  constructor(options: EnvironmentOptions, limit: number) {
    this.#options = options;
    this.#limit = limit;
  }

  get spec() {
    return this.#options.spec;
  }

  /** Starts an environment before anybody waits for it. */
  warm(): void {
    if (this.#environments.length === 0) this.#environments.push(new ExecutionEnvironment(this.#options));
  }

  /** @throws FunctionError */
  async invoke(event: unknown): Promise<unknown> {
    const environment = await this.#take();
    try {
      return await environment.invoke(event);
    } finally {
      this.#give(environment);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#environments.map((environment) => environment.close()));
  }

  #take(): Promise<ExecutionEnvironment> {
    if (this.#closed) return Promise.reject(new Error(`${this.spec.name}: the stack is closing`));
    this.#environments = this.#environments.filter(({ alive }) => alive);
    const idle = this.#environments.find((environment) => !this.#taken.has(environment));
    const environment = idle ?? (this.#environments.length < this.#limit ? this.#grow() : undefined);
    if (!environment) return new Promise((resolve) => this.#waiting.push(resolve));
    this.#taken.add(environment);
    return Promise.resolve(environment);
  }

  #grow(): ExecutionEnvironment {
    const environment = new ExecutionEnvironment(this.#options);
    this.#environments.push(environment);
    return environment;
  }

  #give(environment: ExecutionEnvironment): void {
    this.#taken.delete(environment);
    const next = this.#waiting.shift();
    if (!next) return;
    this.#take().then(next, () => undefined);
  }
}
