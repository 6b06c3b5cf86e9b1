import { simulate } from '../core/simulation.ts';
import { ROOT, type Account, type AccountingRow, type JobRequest } from '../core/simulation-state.ts';
import type { SimulationState } from '../core/simulation-state.ts';
import type { SimulationConfig } from '../simulation-config.ts';
import { AccountWishes } from './account-wishes.ts';
import { drawCampaign } from './job-shapes.ts';
import { BUSIEST, rhythmOf, type Rhythm } from './rhythm.ts';
import { SeededRandom, seedOf } from './seeded-random.ts';

/** When an account's people submit next, and the number that their figures go on from. */
export interface Source {
  readonly nextAt: number;
  readonly random: number;
}

/** By account. Together with the simulation's state, all that comes follows from it. */
export type Sources = ReadonlyMap<string, Source>;

export interface Played {
  readonly state: SimulationState;
  readonly sources: Sources;
  readonly rows: readonly AccountingRow[];
}

/** An account with so many jobs waiting submits no more. */
const MOST_WAITING = 40;

/** People of accounts who submit jobs in a believable rhythm: more by day than by night, little at weekends. */
export class Workload {
  readonly #config: SimulationConfig;
  readonly #rhythm: Rhythm;
  readonly #wishes: AccountWishes;

  constructor(config: SimulationConfig) {
    this.#config = config;
    this.#rhythm = config.rhythm === 'steady' ? () => 1 : rhythmOf(config.zone, config.seed);
    this.#wishes = new AccountWishes(config);
  }

  /** Lets time pass to `to` with all that people submit. How the time is divided into calls makes no difference. */
  play(before: SimulationState, known: Sources, to: number): Played {
    let state = before;
    const sources = new Map(known);
    const rows: AccountingRow[] = [];
    const take = (step: { state: SimulationState; rows: readonly AccountingRow[] }) => {
      state = step.state;
      rows.push(...step.rows);
    };
    for (let due = earliest(sources, to); due; due = earliest(sources, to)) {
      const { account, source } = due;
      const figures = new SeededRandom(source.random);
      take(simulate(state, source.nextAt, { kind: 'nothing' }));
      for (const job of this.#submissions(state, account, figures))
        take(simulate(state, source.nextAt, { kind: 'submit', job }));
      sources.set(account, this.#next([...sources.keys()], account, source.nextAt, figures));
    }
    take(simulate(state, to, { kind: 'nothing' }));
    return { state, sources, rows };
  }

  /** Adds the accounts whose people begin to submit now; called after whatever may have made an account. */
  join(state: SimulationState, known: Sources): Sources {
    const added = this.#accounts(state).filter((account) => !known.has(account));
    if (added.length === 0) return known;
    const names = [...known.keys(), ...added];
    const sources = added.map((account): [string, Source] => {
      const figures = new SeededRandom(seedOf(this.#config.seed, 'jobs', account));
      return [account, this.#next(names, account, state.now, figures)];
    });
    return new Map([...known, ...sources]);
  }

  #accounts(state: SimulationState): string[] {
    const { workload } = this.#config;
    if (workload === 'none') return [];
    if (workload !== 'auto') return workload.map(({ account }) => account);
    return [...state.accounts]
      .filter(([name, { limitMinutes }]) => name !== ROOT && limitMinutes !== null)
      .map(([name]) => name);
  }

  #submissions(state: SimulationState, name: string, figures: SeededRandom): JobRequest[] {
    // Drawn even where nobody submits, so that figures do not depend on what was allowed before.
    const { jobs } = drawCampaign(state.setup, this.#wishes.shapeOf(name), figures);
    const chance = figures.next();
    const account = state.accounts.get(name);
    if (!account || !isOpen(account) || waitingOf(state, name) >= MOST_WAITING) return [];
    const user = personOf(this.#wishes.usersOf(name) ?? membersOf(account), chance);
    return user === undefined ? [] : jobs.map((job) => ({ ...job, user, account: name }));
  }

  /** Thinning: candidates at the busiest rate, each taken with the chance that its moment gives it. */
  #next(sharing: readonly string[], account: string, after: number, figures: SeededRandom): Source {
    const gap = this.#wishes.meanGap(account, sharing);
    let at = after;
    do at += figures.exponential(gap / BUSIEST);
    while (figures.next() * BUSIEST > this.#rhythm(at, account));
    return { nextAt: Math.ceil(at), random: figures.state };
  }
}

function earliest(sources: Sources, to: number): { account: string; source: Source } | undefined {
  let first: { account: string; source: Source } | undefined;
  for (const [account, source] of sources)
    if (source.nextAt <= to && (!first || source.nextAt < first.source.nextAt)) first = { account, source };
  return first;
}

/** Nobody submits where the scheduler would refuse, or where nothing was awarded. */
const isOpen = ({ limitMinutes, grpSubmitJobs }: Account): boolean =>
  limitMinutes !== 0 && grpSubmitJobs !== 0;

const membersOf = ({ members }: Account): string[] =>
  [...members].filter(([, { maxSubmitJobs }]) => maxSubmitJobs !== 0).map(([user]) => user);

/** The first of a team submit most: each a share of about 1/rank. */
function personOf(users: readonly string[], chance: number): string | undefined {
  const all = users.reduce((sum, _, index) => sum + 1 / (index + 1), 0);
  let left = chance * all;
  return users.find((_, index) => (left -= 1 / (index + 1)) < 0) ?? users.at(-1);
}

function waitingOf(state: SimulationState, account: string): number {
  let count = 0;
  for (const job of state.waiting.values()) if (job.account === account) count += 1;
  return count;
}
