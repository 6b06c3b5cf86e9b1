import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { awardTime, balanceOf } from '../../support/centre.ts';
import { eventually } from '../../support/eventually.ts';
import { BrakeWatch, type BrakeSeen } from './brake-watch.ts';
import { compareLedger, type Compared } from './compare-ledger.ts';
import { FaultCourse, type FaultLine } from './faults/fault-course.ts';
import type { FaultKind } from './faults/fault-kinds.ts';
import { Load } from './load/load.ts';
import { endAllJobs, mendRunaways, settle } from './settle.ts';
import { minuteLine } from './minute-line.ts';
import { Operator } from './operator.ts';
import { openSoakSite, soakAccounts, type SoakSite } from './soak-site.ts';

export interface SoakWanted {
  /** How long jobs are submitted and faults come; parts of one too. */
  readonly minutes: number;
  readonly seed: number;
  readonly signal?: AbortSignal;
  /** Seconds between two faults. */
  readonly gapSeconds?: readonly [number, number];
  readonly faults?: readonly FaultKind[];
}

export interface SoakSummary extends Compared {
  readonly type: 'summary';
  readonly ok: boolean;
  readonly minutes: number;
  readonly seed: number;
  /** Stories of jobs, by kind; an array is one. */
  readonly jobs: Record<string, number>;
  readonly givenUp: Record<string, number>;
  readonly faults: Record<string, number>;
  /** Runs with a length that sacct tells, each charged once, and what they used. */
  readonly runs: number;
  readonly secondsCharged: number;
  readonly runaways: number;
  /** How often a node was given back that Slurm had taken out of service. */
  readonly nodesResumed: number;
  readonly convergeSeconds: number;
  /** How Slurm's limits held the accounts to what was left, while no fault was on. */
  readonly brake: BrakeSeen;
  /** What went wrong; empty where all held. */
  readonly violations: string[];
}

type Report = (line: object) => void;

const MINUTE_MS = 60_000;
const AWARD_EVERY_MINUTES = 8;
const SETTLE_MS = 900_000;
const BACK_MS = 180_000;

/** Runs load and faults for so long, lets all come to rest, and compares the ledger with Slurm. */
export async function runSoak(wanted: SoakWanted, report: Report): Promise<SoakSummary> {
  const site = await openSoakSite();
  try {
    const { minutes, seed } = wanted;
    report({ type: 'start', at: new Date().toISOString(), minutes, seed });
    const run = new SoakRun(site, wanted, report);
    const summary = await run
      .go()
      .then(() => run.end())
      .finally(() => run.stop());
    if (!summary.ok) report({ type: 'logs', folder: keepLogs(site) });
    return summary;
  } finally {
    await site.close();
  }
}

class SoakRun {
  readonly #site: SoakSite;
  readonly #wanted: SoakWanted;
  readonly #report: Report;
  readonly #violations: string[] = [];
  readonly #load: Load;
  readonly #faults: FaultCourse;
  readonly #brake: BrakeWatch;
  readonly #operator: Operator;

  constructor(site: SoakSite, wanted: SoakWanted, report: Report) {
    this.#site = site;
    this.#wanted = wanted;
    this.#report = report;
    const { seed, gapSeconds = [30, 150], faults: kinds } = wanted;
    this.#operator = new Operator(site);
    this.#load = new Load(site, seed);
    this.#faults = new FaultCourse(site, { seed, gapSeconds, kinds }, (line) => this.#hear(line));
    this.#brake = new BrakeWatch(site, () => this.#faults.current !== undefined);
  }

  #hear(line: FaultLine): void {
    this.#report(line);
    if (!line.mended) this.#violations.push(`${line.kind}: ${line.what}`);
  }

  async go(): Promise<void> {
    const { minutes, signal } = this.#wanted;
    const began = Date.now();
    let awards = 0;
    for (let minute = 1; minute < minutes + 1; minute += 1) {
      const until = began + Math.min(minute, minutes) * MINUTE_MS;
      await pause(Math.max(0, until - Date.now()), undefined, { signal });
      if (minute / AWARD_EVERY_MINUTES >= awards + 1 && (await awardMore(this.#site))) awards += 1;
      await this.#tell(minute);
    }
  }

  async #tell(minute: number): Promise<void> {
    const { agent, stack } = this.#site;
    const fault = this.#faults.current ?? null;
    if (fault === null && !(agent.running && stack.running))
      this.#violations.push(`minute ${minute}: ${agent.running ? 'the cloud' : 'the agent'} ended by itself`);
    this.#report(await minuteLine(this.#site, { minute, submitted: this.#load.turns, fault }));
  }

  /** No more load and faults; resolves when what they did is undone. */
  async stop(): Promise<void> {
    await this.#brake.stop();
    await this.#faults.stop();
    await this.#load.stop();
    await this.#operator.stop();
  }

  /** Lets all come to rest, and compares. */
  async end(): Promise<SoakSummary> {
    await this.stop();
    await this.#isBack();
    const stopped = Date.now();
    await endAllJobs(this.#site);
    const runaways = await mendRunaways(this.#site);
    const books = await settle(this.#site, SETTLE_MS).catch((error: unknown) => {
      this.#violations.push(String(error));
      return { runs: 0, seconds: 0 };
    });
    const convergeSeconds = Math.round((Date.now() - stopped) / 1000);
    const compared = await compareLedger(this.#site);
    const { minutes, seed } = this.#wanted;
    this.#violations.push(...this.#brake.violations);
    if (books.runs === 0) this.#violations.push('no run was charged');
    return {
      ...{ type: 'summary', ok: this.#violations.length === 0 && compared.equal, minutes, seed },
      ...{ jobs: this.#load.done, givenUp: this.#load.givenUp, faults: this.#faults.counts },
      ...{ runs: books.runs, secondsCharged: books.seconds, runaways, convergeSeconds },
      ...{ ...compared, nodesResumed: this.#operator.resumed },
      ...{ brake: this.#brake.seen, violations: this.#violations },
    };
  }

  async #isBack(): Promise<void> {
    const { staff, cluster, agent } = this.#site;
    await eventually(async () => agent.running && (await balanceOf(staff, cluster, soakAccounts[0].name)), {
      what: 'agent and cloud after the last fault',
      withinMs: BACK_MS,
    });
  }
}

/** Time for the accounts whose award does not last. @returns false where the cloud was away */
async function awardMore({ staff, cluster, teams }: SoakSite): Promise<boolean> {
  try {
    for (const { name, serviceUnits, scarce } of soakAccounts) {
      const team = teams.get(name);
      if (scarce && team !== undefined) await awardTime(staff, team, cluster, serviceUnits);
    }
    return true;
  } catch {
    return false;
  }
}

/** What agent and cloud said in their last lives, for whoever looks for the reason. */
function keepLogs({ agent, stack }: SoakSite): string {
  const folder = mkdtempSync(join(tmpdir(), 'keystone-soak-'));
  writeFileSync(join(folder, 'agent.log'), agent.said);
  writeFileSync(join(folder, 'stack.log'), stack.said);
  return folder;
}
