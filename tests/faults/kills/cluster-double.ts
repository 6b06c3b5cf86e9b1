import { FakeScheduler } from '@keystone/agent/testing/fake-scheduler.ts';
import { runOf } from '@keystone/agent/testing/builders.ts';
import { usageRecordSchema, type UsageRecord } from '@keystone/shared/contracts/usage.ts';
import { billableSeconds } from '@keystone/shared/domain/billing.ts';
import type { Stream } from '../../world/core/chance.ts';

/** Rows of the last one change after they came. */
export const accounts = ['bio', 'chem', 'phys'] as const;
export const CHANGING = 'phys';

/** Jobs that ended stay in the queue's answer for so long, in seconds. */
const SHOWN = 300;

/** A row comes at most so long after its run's end. */
const LATEST_ROW = 25;

/** More jobs are not made up for a time in which no agent lived. */
const MOST_JOBS_A_GAP = 25;

interface Coming {
  at: number;
  readonly happen: () => void;
}

/** A cluster that outlives its agents: jobs come, run, end, and their rows come later, and change. Times are Unix seconds. */
export class ClusterDouble {
  readonly scheduler = new FakeScheduler();
  /** Every row that the accounting ever had, as JSON: nothing else may come to the ledger. */
  readonly served = new Set<string>();
  /** What the counters had before the first job. */
  readonly offsets = new Map<string, number>();
  now: number;
  readonly #chance: Stream;
  readonly #coming: Coming[] = [];
  readonly #submission: Coming;
  readonly #running = new Map<number, { account: string; since: number }>();
  readonly #ended = new Map<string, number>();
  #lastJob = 0;
  /** No more jobs are submitted. */
  isQuiet = false;

  constructor(chance: Stream, now: number) {
    this.#chance = chance;
    this.now = now;
    for (const account of accounts) this.offsets.set(account, chance.whole(0, 50_000));
    this.#submission = { at: now, happen: () => this.#start() };
  }

  /** Lets time pass up to a moment. */
  passTo(moment: number): void {
    let jobs = 0;
    for (let next = this.#next(moment); next; next = this.#next(moment)) {
      this.now = Math.max(this.now, next.at);
      next.happen();
      if (next !== this.#submission) this.#coming.splice(this.#coming.indexOf(next), 1);
      else if ((jobs += 1) >= MOST_JOBS_A_GAP)
        this.#submission.at = Math.max(this.#submission.at, moment - 60);
    }
    this.now = Math.max(this.now, moment);
    this.#count();
  }

  /** What the counter holds of runs that have ended, and what it began with. */
  counted(account: string): number {
    return (this.offsets.get(account) ?? 0) + (this.#ended.get(account) ?? 0);
  }

  get isIdle(): boolean {
    return this.#running.size === 0 && this.#coming.length === 0;
  }

  #next(moment: number): Coming | undefined {
    const submission = this.isQuiet ? [] : [this.#submission];
    return [...submission, ...this.#coming].filter(({ at }) => at <= moment).sort((a, b) => a.at - b.at)[0];
  }

  #start(): void {
    const since = this.now;
    this.#submission.at = since + this.#chance.whole(2, 40);
    const id = (this.#lastJob += 1);
    const account = this.#chance.pick(accounts);
    this.#running.set(id, { account, since });
    this.scheduler.jobs.set(id, { user: 'alice', account, started: true });
    this.#coming.push({
      at: since + this.#chance.whole(3, 400),
      happen: () => this.#end(id, account, since),
    });
  }

  #end(id: number, account: string, since: number): void {
    const row = runOf(id, { account, end: this.now, elapsed: this.now - since });
    this.#running.delete(id);
    this.scheduler.jobs.delete(id);
    this.#ended.set(account, (this.#ended.get(account) ?? 0) + billableSeconds(row));
    this.scheduler.endedJobs.set(id, { account });
    const later = (seconds: number, happen: () => void) =>
      this.#coming.push({ at: this.now + seconds, happen });
    later(SHOWN, () => this.scheduler.endedJobs.delete(id));
    later(this.#chance.whole(0, LATEST_ROW), () => this.#serve(row));
    if (account !== CHANGING || !this.#chance.happens(0.3)) return;
    const elapsed = Math.max(1, row.elapsed + this.#chance.whole(-9, 9));
    later(this.#chance.whole(60, 600), () => this.#serve({ ...row, elapsed }));
  }

  #serve(row: UsageRecord): void {
    this.scheduler.addRow(row);
    this.served.add(JSON.stringify(usageRecordSchema.parse(row)));
  }

  #count(): void {
    for (const account of accounts) {
      const running = [...this.#running.values()].filter((job) => job.account === account);
      const runningSeconds = running.reduce((sum, { since }) => sum + 2 * (this.now - since), 0);
      this.scheduler.counters.set(account, {
        counterSeconds: this.counted(account) + runningSeconds,
        runningSeconds,
      });
    }
  }
}
