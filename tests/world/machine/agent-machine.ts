import { openAgent } from '@keystone/agent/engine/agent.ts';
import type { AgentDeps } from '@keystone/agent/engine/agent-deps.ts';
import type { Log } from '@keystone/agent/log/log.ts';
import type { SpoolSizes } from '@keystone/agent/spool/spool-options.ts';
import type { AgentConfig } from '@keystone/agent/state/agent-config.ts';
import type { Stream } from '../core/chance.ts';
import type { Journal } from '../core/journal.ts';
import { Life } from '../core/life.ts';
import type { WorldTime } from '../core/world-time.ts';

/** What an agent reaches outside itself, for one life of it. */
export type AgentOutside = (life: Life) => Pick<AgentDeps, 'disk' | 'clock' | 'scheduler' | 'transport'>;

export interface MachineParts {
  readonly time: WorldTime;
  readonly chance: Stream;
  readonly journal: Journal;
  readonly config: AgentConfig;
  readonly outside: AgentOutside;
  readonly spoolSizes: SpoolSizes;
}

/** The service manager starts what ended again after this. */
const RESTART_MS = 10_000;

/** A cluster's agent as a service: it may die at any moment, and begins anew on the same disk. */
export class AgentMachine {
  readonly #parts: MachineParts;
  #life: Life | undefined;
  config: AgentConfig;
  starts = 0;

  constructor(parts: MachineParts) {
    this.#parts = parts;
    this.config = parts.config;
  }

  /** Tells an agent from the one before it. */
  get #name(): string {
    return `${this.config.thing}/${this.config.epoch}`;
  }

  get isRunning(): boolean {
    return this.#life?.isAlive === true;
  }

  start(): void {
    const { time, chance, outside, journal, spoolSizes } = this.#parts;
    this.#life?.end();
    const life = new Life(time);
    this.#life = life;
    this.starts += 1;
    journal.note(this.#name, () => 'the agent starts');
    openAgent({
      ...outside(life),
      config: this.config,
      mode: 'enforce',
      version: '0.1.0',
      spoolSizes,
      random: chance.next,
      log: this.#log(life),
    }).then(
      (agent) => {
        if (life.isAlive) agent.start();
      },
      (error: unknown) => {
        journal.note(this.#name, () => `the agent did not start: ${String(error)}`);
        this.#comeBack(life, RESTART_MS);
      },
    );
  }

  /** The process is gone without a word; another starts after a while. */
  kill(downMs: number): void {
    const life = this.#life;
    if (!life?.isAlive) return;
    this.#parts.journal.note(this.#name, () => 'the agent is killed');
    this.#comeBack(life, downMs);
  }

  /** For good. */
  stop(): void {
    this.#life?.end();
    this.#life = undefined;
  }

  #comeBack(life: Life, milliseconds: number): void {
    life.end();
    this.#parts.time.after(milliseconds, () => {
      if (this.#life === life) this.start();
    });
  }

  #log(life: Life): Log {
    const { journal } = this.#parts;
    const line =
      (level: string): Log['info'] =>
      (event, fields) => {
        if (!life.isAlive) return;
        journal.note(this.#name, () => `${level} ${event} ${JSON.stringify(fields ?? {})}`);
      };
    return { info: line('info'), warn: line('warn'), error: line('error') };
  }
}
