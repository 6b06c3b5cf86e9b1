import { setTimeout as pause } from 'node:timers/promises';
import { seedOf } from '@keystone/agent/schedulers/simulated/workload/seeded-random.ts';
import { Stream } from '../../../world/core/chance.ts';
import { jobKinds, playJob, type JobKind } from './job-kinds.ts';
import { soakAccounts, type SoakAccount, type SoakSite } from '../soak-site.ts';

/** Jobs that are looked after at once; a busier machine submits more slowly. */
const MOST_AT_ONCE = 10;
const GAP_MS = [1_500, 5_500] as const;

/** A scarce account is asked for less, or it would do nothing but wait. */
const shares: readonly SoakAccount[] = soakAccounts.flatMap((account): SoakAccount[] =>
  account.scarce ? [account] : [account, account],
);
const kindShares: readonly JobKind[] = jobKinds.flatMap(([kind, times]) => Array<JobKind>(times).fill(kind));

/** People who submit jobs of all kinds until they are told to stop, whatever goes on around them. */
export class Load {
  readonly #site: SoakSite;
  readonly #seed: number;
  readonly #chance: Stream;
  readonly #underWay = new Set<Promise<void>>();
  readonly #stop = new AbortController();
  readonly #course: Promise<void>;
  readonly #done = new Map<JobKind, number>();
  readonly #givenUp = new Map<string, number>();
  #turns = 0;

  constructor(site: SoakSite, seed: number) {
    this.#site = site;
    this.#seed = seed;
    this.#chance = new Stream(seedOf(seed, 'load'));
    this.#course = this.#run();
  }

  /** Jobs whose story went as their kind wants, by kind. */
  get done(): Record<string, number> {
    return Object.fromEntries(this.#done);
  }

  /** Stories that were cut short, most often since Slurm was away, by what Slurm said. */
  get givenUp(): Record<string, number> {
    return Object.fromEntries(this.#givenUp);
  }

  get turns(): number {
    return this.#turns;
  }

  /** No more jobs; resolves when nobody does anything to one any more. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#course;
    await Promise.all(this.#underWay);
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      if (this.#underWay.size < MOST_AT_ONCE) this.#begin();
      await pause(this.#chance.between(...GAP_MS), undefined, { signal }).catch(() => undefined);
    }
  }

  #begin(): void {
    const chance = new Stream(seedOf(this.#seed, 'job', this.#turns));
    this.#turns += 1;
    const { name: account, people } = chance.any(shares) ?? soakAccounts[0];
    const kind = chance.any(kindShares) ?? 'plain';
    const { lab, hand } = this.#site;
    const story = playJob(kind, { lab, hand, account, user: chance.any(people) ?? people[0], chance }).then(
      () => count(this.#done, kind),
      (error: unknown) => count(this.#givenUp, `${kind}: ${shortOf(error)}`),
    );
    this.#underWay.add(story);
    void story.finally(() => this.#underWay.delete(story));
  }
}

function count<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** One line without the figures that make every message another. */
const shortOf = (error: unknown): string =>
  String(error instanceof Error ? error.message : error)
    .trim()
    .split('\n')
    .slice(-1)
    .join()
    .replace(/\d+/g, '#')
    .slice(0, 120);
