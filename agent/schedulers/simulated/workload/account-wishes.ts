import { billingOf } from '../core/counting.ts';
import type { ClusterSetup } from '../core/simulation-state.ts';
import { setupOf, type AccountWorkload, type SimulationConfig } from '../simulation-config.ts';
import { meanBilling, type JobShape } from './job-shapes.ts';
import { SeededRandom, seedOf } from './seeded-random.ts';

const DAY = 86_400;
const LEAST_PATIENCE_SECONDS = 600;

/** Nobody submits more often, however much an account was said to use. */
const LEAST_GAP_SECONDS = 1;

/** What each account's people want of the cluster, as the configuration says or, with `auto`, as the seed does. */
export class AccountWishes {
  readonly #config: SimulationConfig;
  readonly #setup: ClusterSetup;
  readonly #known = new Map<string, { shape: JobShape; billing: number; weight: number }>();

  constructor(config: SimulationConfig) {
    this.#config = config;
    this.#setup = setupOf(config);
  }

  shapeOf(account: string): JobShape {
    return this.#wishOf(account).shape;
  }

  /** People whom the configuration names, or undefined where the account's members submit. */
  usersOf(account: string): readonly string[] | undefined {
    return this.#entry(account)?.users;
  }

  /** Seconds between two campaigns on average, where these accounts share the cluster. */
  meanGap(account: string, sharing: readonly string[]): number {
    const { billing, weight } = this.#wishOf(account);
    const entry = this.#entry(account);
    const perSecond = entry ? (entry.unitsPerDay * 3600) / DAY : this.#share(weight, sharing);
    return Math.max(LEAST_GAP_SECONDS, billing / perSecond);
  }

  #share(weight: number, sharing: readonly string[]): number {
    const { nodes } = this.#setup;
    const whole = billingOf(this.#setup, nodes) * nodes.count;
    const all = sharing.reduce((sum, name) => sum + this.#wishOf(name).weight, 0);
    return (this.#config.load * whole * weight) / all;
  }

  #entry(account: string): AccountWorkload | undefined {
    const { workload } = this.#config;
    return Array.isArray(workload) ? workload.find((entry) => entry.account === account) : undefined;
  }

  #wishOf(account: string) {
    const known = this.#known.get(account) ?? this.#makeWish(account);
    this.#known.set(account, known);
    return known;
  }

  #makeWish(account: string) {
    const { seed, pace } = this.#config;
    const random = new SeededRandom(seedOf(seed, 'wish', account));
    const weight = random.logNormal(1, 0.6);
    const usual = usualShape(this.#setup, random);
    const entry = this.#entry(account);
    const minutes = entry?.minutes ?? usual.minutes;
    const shape: JobShape = {
      cpus: entry?.cpus ?? usual.cpus,
      gpus: entry?.gpus ?? (entry?.cpus ? null : usual.gpus),
      minutes: { ...minutes, median: minutes.median / pace },
      patienceSeconds: Math.max(LEAST_PATIENCE_SECONDS, Math.round((2 * DAY) / pace)),
    };
    return { shape, billing: meanBilling(this.#setup, shape, random), weight };
  }
}

/** Teams differ: some run many small jobs, others few large ones. */
function usualShape({ nodes }: ClusterSetup, random: SeededRandom) {
  const cpus = Math.max(1, (nodes.cpus / 8) * random.logNormal(1, 0.5));
  const gpus = Math.max(1, (nodes.gpus / 4) * random.logNormal(1, 0.4));
  return {
    cpus: { median: cpus, spread: 1 },
    gpus: nodes.gpus > 0 ? { median: gpus, spread: 0.7 } : null,
    minutes: { median: 60 * random.logNormal(1, 0.5), spread: 1.1 },
  };
}
