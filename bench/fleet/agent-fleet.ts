import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '@keystone/local/stack/child-build.ts';
import type { BenchRun } from '../figures/figure.ts';
import { newsSchema, type News, type Order } from './fleet-messages.ts';

const PATIENCE_MS = 600_000;

type Applied = Extract<News, { news: 'applied' }>;
type Ended = Extract<News, { news: 'ended' }>;

/** Agents in a process of their own. */
export class AgentFleet {
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #listeners = new Set<(news: News) => void>();
  readonly #applied = new Map<number, Applied>();
  readonly #ended = new Map<number, Ended>();
  /** The first thing that went wrong: from then on no figure means anything. */
  #failure: Error | undefined;

  private constructor(child: ChildProcess, pid: number) {
    this.#child = child;
    this.pid = pid;
    child.on('message', (message) => this.#hear(newsSchema.parse(message)));
    child.on('exit', (code) =>
      this.#hear({ news: 'failed', cluster: null, reason: `the agents' process ended (${String(code)})` }),
    );
  }

  static async open(run: BenchRun): Promise<AgentFleet> {
    const folder = mkdtempSync(join(tmpdir(), 'keystone-bench-fleet-'));
    run.undo(() => rmSync(folder, { recursive: true, force: true }));
    const child = fork(join(root, 'bench/fleet/fleet.process.ts'), [folder], {
      execArgv: ['--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    run.undo(async () => {
      if (child.exitCode === null && child.kill('SIGTERM')) await once(child, 'exit');
    });
    await once(child, 'message');
    if (child.pid === undefined) throw new Error("the agents' process did not start");
    return new AgentFleet(child, child.pid);
  }

  /** Enrols an agent and starts it. @returns when it holds a policy for the first time */
  async start(cluster: number, url: string, token: string): Promise<void> {
    this.#order({ order: 'start', cluster, url, token });
    await this.#until(`first policy of cluster ${cluster}`, () => this.#applied.has(cluster) || undefined);
  }

  /** Waits until an agent's scheduler holds a policy under which an account has this limit. */
  async hasLimit(cluster: number, account: string, minutes: number): Promise<void> {
    await this.#until(
      `limit of ${minutes} min on cluster ${cluster}`,
      () => this.#applied.get(cluster)?.limits[account] === minutes || undefined,
    );
  }

  /** Has jobs run on each cluster. @returns what the schedulers' accounting has of them, when all have ended */
  async work(clusters: readonly number[], user: string, account: string, jobs: number): Promise<Ended[]> {
    this.#order({ order: 'work', user, account, jobs });
    return this.#until('the end of all jobs', () => {
      const ended = clusters.flatMap((cluster) => this.#ended.get(cluster) ?? []);
      return ended.length === clusters.length ? ended : undefined;
    });
  }

  #order(order: Order): void {
    this.#child.send(order);
  }

  #hear(news: News): void {
    if (news.news === 'applied') this.#applied.set(news.cluster, news);
    if (news.news === 'ended') this.#ended.set(news.cluster, news);
    if (news.news === 'failed')
      this.#failure ??= new Error(`agent of cluster ${news.cluster ?? '?'}: ${news.reason}`);
    for (const listener of this.#listeners) listener(news);
  }

  /** @throws Error where an agent failed, or it did not come within ten minutes */
  #until<T>(what: string, look: () => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle = (outcome: () => void) => {
        clearTimeout(timer);
        this.#listeners.delete(listener);
        outcome();
      };
      const listener = () => {
        const found = look();
        const failure = this.#failure;
        if (failure) settle(() => reject(failure));
        else if (found !== undefined) settle(() => resolve(found));
      };
      const timer = setTimeout(
        () => settle(() => reject(new Error(`${what}: not within ${PATIENCE_MS / 1000} s`))),
        PATIENCE_MS,
      );
      this.#listeners.add(listener);
      listener();
    });
  }
}
