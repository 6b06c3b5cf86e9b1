import { SPEAKS_EVERY } from '@keystone/shared/domain/agent-silence.ts';
import type { Clock } from '../clock/clock.ts';

/** Reports that follow each other more closely are put together. */
const GAP_MS = 1_000;

export interface StateReportDeps {
  clock: Clock;
  /** Writes the status file and, where there is a connection, tells the cloud. It does not throw. */
  report: () => Promise<void>;
}

/** Tells how the agent stands: when something changed, and every ten minutes. */
export class StateReport {
  readonly #deps: StateReportDeps;
  #cancel: (() => void) | undefined;
  #dueAt = Infinity;
  #lastAt = -Infinity;
  #reporting: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(deps: StateReportDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.request();
  }

  /** Asks for a report soon. */
  request(): void {
    this.#schedule(Math.max(0, this.#lastAt + GAP_MS - this.#deps.clock.monotonic()));
  }

  /** Makes a last report and no more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel?.();
    await this.#reporting;
    await this.#deps.report();
  }

  #schedule(ms: number): void {
    const { clock } = this.#deps;
    const dueAt = clock.monotonic() + ms;
    if (this.#stopped || dueAt >= this.#dueAt) return;
    this.#cancel?.();
    this.#dueAt = dueAt;
    this.#cancel = clock.after(ms, () => this.#run());
  }

  #run(): void {
    this.#dueAt = Infinity;
    this.#lastAt = this.#deps.clock.monotonic();
    this.#reporting = this.#reporting.then(() => this.#deps.report());
    this.#schedule(SPEAKS_EVERY);
  }
}
