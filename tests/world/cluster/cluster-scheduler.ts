import { standings } from '@keystone/agent/schedulers/simulated/core/counting.ts';
import {
  nextInstant,
  simulate,
  type SimulationEvent,
} from '@keystone/agent/schedulers/simulated/core/simulation.ts';
import {
  emptySimulation,
  type AccountingRow,
  type ClusterSetup,
  type SimulationState,
} from '@keystone/agent/schedulers/simulated/core/simulation-state.ts';
import { RowStore } from '@keystone/agent/schedulers/simulated/row-store.ts';
import type { Answer } from '@keystone/agent/schedulers/simulated/core/answer.ts';
import type { UsageRecord } from '@keystone/shared/contracts/usage.ts';
import { billableSeconds } from '@keystone/shared/domain/billing.ts';
import { dayOf, type Day } from '@keystone/shared/domain/calendar.ts';
import type { DayUsage } from '@keystone/shared/domain/grants.ts';
import type { Stream } from '../core/chance.ts';
import type { Weather } from '../core/weather.ts';
import type { WorldTime } from '../core/world-time.ts';

export const runKey = ({ jobIdRaw, submit }: Pick<UsageRecord, 'jobIdRaw' | 'submit'>) =>
  `${jobIdRaw}:${submit}`;

/** A simulated Slurm whose accounting is later, and changes its mind more often, than the real one. */
export class ClusterScheduler {
  readonly #time: WorldTime;
  readonly #weather: Weather;
  readonly #chance: Stream;
  readonly #rows = new RowStore();
  /** The last word on each run, whether it shows yet or not. */
  readonly final = new Map<string, UsageRecord>();
  /** Runs whose row shows later than an agent waits for it, or changed: until it is read the counter knows more than rows say. */
  readonly unforeseen = new Map<string, number>();
  readonly #shown: { run: UsageRecord; visibleAt: number; writtenAt: number }[] = [];
  readonly #usage = new Map<string, Map<Day, number>>();
  readonly #zone: string;
  #state: SimulationState;
  /** The last moment at which a row begins to show. */
  lastShows = 0;

  constructor(
    setup: ClusterSetup,
    world: { time: WorldTime; weather: Weather; zone: string },
    chance: Stream,
  ) {
    this.#zone = world.zone;
    this.#time = world.time;
    this.#weather = world.weather;
    this.#chance = chance;
    this.#state = emptySimulation(setup, this.seconds);
  }

  get seconds(): number {
    return Math.floor(this.#time.now / 1000);
  }

  /** Everything as it stands now. */
  get state(): SimulationState {
    const { now } = this.#state;
    if (this.seconds > now) this.#step({ kind: 'nothing' });
    return this.#state;
  }

  /** As it stood a moment ago, if nothing happened since: what only looks at jobs need not ask for more. */
  get jobs(): SimulationState {
    return nextInstant(this.#state) <= this.seconds || this.seconds - this.#state.now > 30
      ? this.state
      : this.#state;
  }

  perform(event: SimulationEvent): Answer {
    return this.#step(event);
  }

  /** Rows of runs that ended in a span, as far as they show. */
  rowsBetween(from: number, to: number): readonly UsageRecord[] {
    return this.#rows.between(from, to, this.state.now);
  }

  /** Adds rows that are no part of the simulation, such as a past. */
  addRows(rows: readonly AccountingRow[]): void {
    for (const { run } of rows) this.#take(run);
    this.#rows.add(rows);
  }

  /** What an account used by the last word on its runs, in billing-seconds by start day. */
  usageOf(account: string): DayUsage[] {
    return [...(this.#usage.get(account) ?? [])].map(([day, seconds]) => ({ day, seconds }));
  }

  /** What the counter took for runs whose row began to show after a moment, or does not show yet. */
  countedSince(account: string, since: number): number {
    let sum = 0;
    for (let index = this.#shown.length - 1; index >= 0; index -= 1) {
      const row = this.#shown[index];
      if (!row || row.writtenAt < since - 6 * 3_600) break;
      if (row.run.account === account && row.visibleAt > since) sum += countedOf(row.run);
    }
    return sum;
  }

  standing(account: string): { used: number; running: number } {
    const { used = 0, running = 0 } = standings(this.state).get(account) ?? {};
    return { used, running };
  }

  #step(event: SimulationEvent): Answer {
    const { state, rows, answer } = simulate(this.#state, this.seconds, event);
    this.#state = state;
    const shown = rows.map((row) => this.#late(row));
    this.#rows.add(shown);
    for (const { run, visibleAt } of shown) {
      this.#take(run);
      this.#shown.push({ run, visibleAt, writtenAt: this.seconds });
      this.lastShows = Math.max(this.lastShows, visibleAt);
    }
    return answer;
  }

  #take(run: UsageRecord): void {
    const before = this.final.get(runKey(run));
    if (before) this.#count(before, -1);
    this.#count(run, 1);
    this.final.set(runKey(run), run);
  }

  #count(run: UsageRecord, sign: 1 | -1): void {
    const days = this.#usage.get(run.account) ?? new Map<Day, number>();
    const day = dayOf(run.start ?? run.end, this.#zone);
    days.set(day, (days.get(day) ?? 0) + sign * billableSeconds(run));
    this.#usage.set(run.account, days);
  }

  /** Rows come late, most by seconds and some by far more than anybody waits. */
  #late(row: AccountingRow): AccountingRow {
    const { run, visibleAt } = row;
    const changed = this.final.has(runKey(run));
    if (!this.#weather.strikes('rows-late', 0.05)) {
      if (changed) this.#noteUnforeseen(run);
      return row;
    }
    const seconds = Math.ceil(this.#chance.pick([this.#chance.span(20, 1), this.#chance.between(60, 5_400)]));
    this.#noteUnforeseen(run);
    return { run, visibleAt: visibleAt + seconds };
  }

  #noteUnforeseen(run: UsageRecord): void {
    this.unforeseen.set(run.account, (this.unforeseen.get(run.account) ?? 0) + countedOf(run));
  }

  /** A finished row changes hours later, as nothing in Slurm should do and something does. */
  changeFinishedRow(): UsageRecord | undefined {
    const candidates = [...this.final.values()].filter(
      ({ start, end }) => start !== null && end <= this.seconds - 60,
    );
    const run = this.#chance.any(candidates);
    if (!run || run.start === null) return undefined;
    const end = Math.min(this.seconds - 1, run.end + this.#chance.whole(1, 120));
    const changed = { ...run, end, elapsed: run.elapsed + (end - run.end), state: 'NODE_FAIL' };
    if (end === run.end) return undefined;
    this.#noteUnforeseen(changed);
    this.#take(changed);
    this.#rows.add([{ visibleAt: this.seconds + 2, run: changed }]);
    this.lastShows = Math.max(this.lastShows, this.seconds + 2);
    return changed;
  }
}

const countedOf = (run: UsageRecord) => (run.start === null ? 0 : (run.end - run.start) * billingOf(run));

const billingOf = ({ allocTres }: UsageRecord) => Number(/^billing=(\d+)/.exec(allocTres)?.[1] ?? 0);
