import type { ClusterSetup, RunningJob } from './simulation-state.ts';

/** What a job takes of each of its nodes. */
export interface NodeShare {
  readonly cpus: number;
  readonly gpus: number;
}

/** A job's even share. */
export function shareOf(job: { cpus: number; gpus: number; nodes: number }): NodeShare {
  return { cpus: Math.ceil(job.cpus / job.nodes), gpus: Math.ceil(job.gpus / job.nodes) };
}

/** Free processors and GPUs of each node. */
export class NodePool {
  readonly #cpus: number[];
  readonly #gpus: number[];

  private constructor(cpus: number[], gpus: number[]) {
    this.#cpus = cpus;
    this.#gpus = gpus;
  }

  static of({ nodes }: ClusterSetup, running: Iterable<RunningJob>): NodePool {
    const pool = new NodePool(
      Array.from({ length: nodes.count }, () => nodes.cpus),
      Array.from({ length: nodes.count }, () => nodes.gpus),
    );
    for (const job of running) pool.take(job.on, shareOf(job));
    return pool;
  }

  copy(): NodePool {
    return new NodePool([...this.#cpus], [...this.#gpus]);
  }

  /** The first nodes with room, or undefined where there are too few. */
  find(count: number, share: NodeShare): number[] | undefined {
    const found: number[] = [];
    for (let index = 0; index < this.#cpus.length && found.length < count; index += 1)
      if ((this.#cpus[index] ?? 0) >= share.cpus && (this.#gpus[index] ?? 0) >= share.gpus) found.push(index);
    return found.length === count ? found : undefined;
  }

  take(nodes: readonly number[], share: NodeShare): void {
    this.#change(nodes, -share.cpus, -share.gpus);
  }

  give(nodes: readonly number[], share: NodeShare): void {
    this.#change(nodes, share.cpus, share.gpus);
  }

  #change(nodes: readonly number[], cpus: number, gpus: number): void {
    for (const index of nodes) {
      this.#cpus[index] = (this.#cpus[index] ?? 0) + cpus;
      this.#gpus[index] = (this.#gpus[index] ?? 0) + gpus;
    }
  }
}
