import { billableSeconds } from '@keystone/shared/domain/billing.ts';
import * as z from 'zod';
import { balanceOf } from '../../support/centre.ts';
import { eventually } from '../../support/eventually.ts';
import { finishedRowsAndStubs, startableSeconds } from '../../support/slurm-jobs.ts';
import { soakAccounts, type SoakSite } from './soak-site.ts';

const DAY_MS = 86_400_000;
const pageSchema = z.object({
  count: z.int(),
  results: z.array(z.object({ job_id_raw: z.int(), submit: z.string(), charge: z.int() })),
});
const PAGE = 1_000;

/** The first day that is compared: late rows lie some days back. */
export const firstDay = (): string => dayText(-7);
export const dayText = (shift: number): string =>
  new Date(Date.now() + shift * DAY_MS).toISOString().slice(0, 10);

/**
 * Ends all jobs: what waits is cancelled, and what runs. A controller that was killed may know a task of an array by its name
 * alone (21_5), and no more by its number.
 */
export async function endAllJobs({ lab, hand }: SoakSite): Promise<void> {
  await eventually(
    async () => {
      const told = await hand.must('squeue', '-ha', '-o', '%A %i');
      const ids = told.split(/\s/).filter((id) => /^\d+(_\d+)?$/.test(id));
      if (ids.length > 0) await lab.run('scancel', [...new Set(ids)]);
      return ids.length === 0;
    },
    { what: 'all jobs to end', withinMs: 300_000, everyMs: 2_000 },
  );
}

/**
 * Rows that the accounting tells as running for ever, of jobs that a killed controller forgot, get the end that an
 * operator gives them.
 *
 * @returns how many
 */
export async function mendRunaways({ lab, hand }: SoakSite): Promise<number> {
  const cluster = `cluster=${lab.options.cluster}`;
  const said = await hand.must('sacctmgr', '-i', '-nP', 'show', 'runawayjobs', cluster, 'format=id');
  return said.split('\n').filter((line) => /^\d+$/.test(line.trim())).length;
}

export interface Books {
  readonly runs: number;
  readonly seconds: number;
}

/**
 * Waits until each run with a length that sacct knows is charged once, at its amount, and nothing else is; until each
 * balance is the sum of those that began under the award; and until Slurm lets start what is left, to within a minute.
 *
 * @throws Error that says what differs, where it never came to that
 */
export async function settle(site: SoakSite, withinMs: number): Promise<Books> {
  let [runs, seconds] = [0, 0];
  for (const { name } of soakAccounts) {
    const rows = await eventually(() => chargedRows(site, name), {
      what: `${name} to be charged for what sacct tells`,
      withinMs,
      everyMs: 2_000,
    });
    runs += rows.length;
    seconds += rows.reduce((sum, row) => sum + row.seconds, 0);
  }
  for (const { name } of soakAccounts)
    await eventually(() => isLimited(site, name), {
      what: `the limit of ${name} to leave what the ledger leaves`,
      withinMs: 180_000,
      everyMs: 2_000,
    });
  return { runs, seconds };
}

interface Run {
  readonly name: string;
  readonly seconds: number;
}

async function chargedRows(site: SoakSite, account: string): Promise<Run[]> {
  const rows = (await finishedRowsAndStubs(site.lab, account))
    .map((row) => ({
      ...{ name: `${row.jobId} ${row.submit}`, seconds: billableSeconds(row) },
      isDrawn: (row.start ?? 0) >= site.awardedFrom,
    }))
    .filter((row) => row.seconds > 0);
  const charges = (await allCharges(site, account)).filter((charge) => charge.seconds > 0);
  requireSame(rows, charges);
  const sum = rows.filter(({ isDrawn }) => isDrawn).reduce((total, row) => total + row.seconds, 0);
  const balance = await balanceOf(site.staff, site.cluster, account);
  if (balance?.used !== sum) throw new Error(`the balance says ${balance?.used}, sacct ${sum}`);
  return rows;
}

async function allCharges({ staff, cluster }: SoakSite, account: string): Promise<Run[]> {
  const found: Run[] = [];
  for (;;) {
    const query = new URLSearchParams({
      ...{ cluster: String(cluster), account, from: firstDay(), to: dayText(1) },
      ...{ _limit: String(PAGE), _offset: String(found.length) },
    });
    const page = pageSchema.parse(await staff.call('GET', `/usage/charges/?${query}`));
    for (const { job_id_raw: id, submit, charge } of page.results)
      found.push({ name: `${id} ${Date.parse(submit) / 1000}`, seconds: charge });
    if (page.results.length === 0 || found.length >= page.count) return found;
  }
}

/** @throws Error that names some of what differs */
function requireSame(rows: readonly Run[], charges: readonly Run[]): void {
  const text = ({ name, seconds }: Run) => `${name}: ${seconds}`;
  const [told, charged] = [new Set(rows.map(text)), new Set(charges.map(text))];
  const only = (here: ReadonlySet<string>, there: ReadonlySet<string>) =>
    [...here].filter((run) => !there.has(run)).slice(0, 5);
  const [missing, surplus] = [only(told, charged), only(charged, told)];
  if (missing.length > 0 || surplus.length > 0 || rows.length !== charges.length)
    throw new Error(
      `${rows.length} runs in sacct (not charged: ${missing.join(', ') || 'none'}), ` +
        `${charges.length} charges (not in sacct: ${surplus.join(', ') || 'none'})`,
    );
}

async function isLimited(site: SoakSite, account: string): Promise<boolean> {
  const balance = await balanceOf(site.staff, site.cluster, account);
  const startable = await startableSeconds(site.lab, account);
  const left = Math.max(0, balance?.remaining ?? NaN);
  // Less than nothing is left where what was used already grew later.
  if (Math.abs(startable - left) < 60 || (left === 0 && startable <= 0)) return true;
  throw new Error(`${startable} s may start, ${left} s are left`);
}
