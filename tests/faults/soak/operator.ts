import { setTimeout as pause } from 'node:timers/promises';
import type { SoakSite } from './soak-site.ts';

const EVERY_MS = 2_000;

/**
 * Gives nodes back that Slurm took out of service, all the time: where a killed controller gave an id of a running job once
 * more, slurmd refuses the second job, and its node takes none until somebody says so.
 */
export class Operator {
  /** How often a node was given back. */
  resumed = 0;
  readonly #site: SoakSite;
  readonly #stop = new AbortController();
  readonly #course: Promise<void>;

  constructor(site: SoakSite) {
    this.#site = site;
    this.#course = this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#course;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      // Without a controller there is nothing to be done.
      const names = await this.#site.lab.resumeNodes().catch(() => []);
      this.resumed += names.length;
      await pause(EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}
