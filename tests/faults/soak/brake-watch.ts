import { setTimeout as pause } from 'node:timers/promises';
import { billableSeconds } from '@keystone/shared/domain/billing.ts';
import { balanceOf } from '../../support/centre.ts';
import { finishedRowsAndStubs, reservedSeconds, startableSeconds } from '../../support/slurm-jobs.ts';
import { soakAccounts, type SoakSite } from './soak-site.ts';

/** docs/slurm.md: less than one billing-minute, once the agent made a pass and read all that ended. */
const BOUND_SECONDS = 60;
/** The agent reads all rows each minute, and makes a pass each minute. */
const LONGEST_MS = 120_000;
const EVERY_MS = 8_000;

/** What Slurm would let start, and what the award has left by sacct beside the reservations of running jobs. */
interface Reading {
  readonly startable: number;
  readonly left: number;
}

/** Seconds by which Slurm would let more start than is left; none where it lets nothing start. */
const excessOf = ({ startable, left }: Reading): number =>
  startable <= 0 ? 0 : Math.max(0, startable - Math.max(0, left));

export interface BrakeSeen {
  /** Looks at an account while no job of it began or ended, and no fault was on. */
  looks: number;
  /** How many of them were above the bound, by how much at most, and for how long at most until one was not. */
  above: number;
  largestExcess: number;
  longestSeconds: number;
}

/** Looks all the time whether the limit of each account holds it to what is left. */
export class BrakeWatch {
  readonly seen: BrakeSeen = { looks: 0, above: 0, largestExcess: 0, longestSeconds: 0 };
  /** Accounts that were above the bound for longer than the agent may take to see it. */
  readonly violations: string[] = [];
  readonly #site: SoakSite;
  readonly #isDisturbed: () => boolean;
  readonly #aboveSince = new Map<string, number>();
  readonly #stop = new AbortController();
  readonly #course: Promise<void>;

  /** @param isDisturbed whether a fault is on, under which nothing can be said */
  constructor(site: SoakSite, isDisturbed: () => boolean) {
    this.#site = site;
    this.#isDisturbed = isDisturbed;
    this.#course = this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#course;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      for (const { name } of soakAccounts) await this.#look(name);
      await pause(EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  async #look(account: string): Promise<void> {
    const disturbed = this.#isDisturbed();
    const reading = disturbed ? undefined : await readQuietly(this.#site, account).catch(() => undefined);
    if (disturbed || this.#isDisturbed()) this.#aboveSince.delete(account);
    else if (reading) this.#judge(account, reading);
  }

  #judge(account: string, reading: Reading): void {
    const excess = excessOf(reading);
    const now = Date.now();
    this.seen.looks += 1;
    const since = this.#aboveSince.get(account);
    if (since !== undefined)
      this.seen.longestSeconds = Math.max(this.seen.longestSeconds, Math.round((now - since) / 1000));
    if (excess < BOUND_SECONDS) {
      this.#aboveSince.delete(account);
      return;
    }
    this.seen.above += 1;
    this.seen.largestExcess = Math.max(this.seen.largestExcess, excess);
    this.#aboveSince.set(account, since ?? now);
    if (since !== undefined && now - since > LONGEST_MS)
      this.violations.push(
        `${reading.startable} s may start in ${account}, where ${reading.left} s are left, for ${Math.round((now - since) / 1000)} s`,
      );
  }
}

/** Undefined where a job began or ended meanwhile, so that the figures are of different moments. */
async function readQuietly(site: SoakSite, account: string): Promise<Reading | undefined> {
  const before = await queueOf(site, account);
  const startable = await startableSeconds(site.lab, account);
  const reserved = await reservedSeconds(site.lab, account);
  const rows = await finishedRowsAndStubs(site.lab, account);
  const balance = await balanceOf(site.staff, site.cluster, account);
  if (!balance || before !== (await queueOf(site, account))) return undefined;
  const used = rows
    .filter(({ start }) => (start ?? 0) >= site.awardedFrom)
    .reduce((sum, row) => sum + billableSeconds(row), 0);
  return { startable, left: balance.entitled - used - reserved };
}

async function queueOf({ lab }: SoakSite, account: string): Promise<string> {
  const { stdout } = await lab.run('squeue', ['-har', '-A', account, '-t', 'R,S,CG,CF', '-o', '%A %T']);
  return stdout.trim().split('\n').sort().join();
}
