import { ScanCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { fromItem, type Item } from '../table/items.ts';
import { postedChargeSchema, replacedChargeSchema, type PostedCharge } from './ledger-records.ts';
import type { LedgerTable } from '../table/tables.ts';

/** A sum of the ledger that is not what its charges come to. */
export interface LedgerViolation {
  /** Which sum: `balance 3 chem`, `day 3 chem alice 2026-11-02`, `start 3 chem 2026-11-01`, or a charge. */
  sum: string;
  charges: Amount;
  ledger: Amount;
}

export interface Amount {
  seconds: number;
  jobs: number;
}

export interface LedgerReport {
  charges: number;
  revisions: number;
  seconds: number;
  violations: LedgerViolation[];
}

/** Sums by name; a name is JSON, because names of accounts and users may hold anything. */
class Sums {
  readonly #amounts = new Map<string, Amount>();

  add(name: readonly unknown[], seconds: number, jobs: number): void {
    const key = JSON.stringify(name);
    const known = this.#amounts.get(key) ?? { seconds: 0, jobs: 0 };
    this.#amounts.set(key, { seconds: known.seconds + seconds, jobs: known.jobs + jobs });
  }

  differences(found: Sums): LedgerViolation[] {
    const nothing = { seconds: 0, jobs: 0 };
    return [...new Set([...this.#amounts.keys(), ...found.#amounts.keys()])].flatMap((key) => {
      const charges = this.#amounts.get(key) ?? nothing;
      const ledger = found.#amounts.get(key) ?? nothing;
      const equal = charges.seconds === ledger.seconds && charges.jobs === ledger.jobs;
      return equal ? [] : [{ sum: key, charges, ledger }];
    });
  }
}

const figures = { seconds: z.int().default(0), jobs: z.int().default(0) };
const account = { cluster: z.int(), account: z.string() };
const balanceSchema = z.object({ ...account, ...figures });
const daySchema = z.object({ ...account, user: z.string(), day: z.string(), ...figures });
const monthSchema = z.looseObject({ ...account, month: z.string() });

/**
 * Compares every sum of the ledger with the charges that it should hold: balances, runs by start day, users' days; and
 * each charge with its first amount and the revisions since. A scan sees transactions that are under way in part, so
 * the ledger has to be at rest.
 */
export async function checkLedger(ledger: LedgerTable): Promise<LedgerReport> {
  const expected = new Sums();
  const found = new Sums();
  const report = { charges: 0, revisions: 0, seconds: 0 };
  for await (const item of scan(ledger)) {
    const { pk, sk, ...rest } = fromItem(item);
    const [kind, part] = [String(pk).slice(0, 4), String(sk)];
    if (kind === 'CHG#' && part === 'A') {
      const charge = postedChargeSchema.parse(rest);
      expectCharge(expected, found, String(pk), charge);
      report.charges += 1;
      report.seconds += charge.seconds;
    } else if (kind === 'CHG#') {
      const { replaced, delta } = replacedChargeSchema.parse(rest);
      found.add(['charge', pk], delta, 1);
      if (replaced.revisions === 0) found.add(['charge', pk], replaced.seconds, 0);
      report.revisions += 1;
    } else findSum(found, kind, part, rest);
  }
  return { ...report, violations: expected.differences(found) };
}

function expectCharge(expected: Sums, found: Sums, pk: string, charge: PostedCharge): void {
  const { cluster, account, user, day, startDay, seconds, revisions } = charge;
  expected.add(['balance', cluster, account], seconds, 1);
  expected.add(['start', cluster, account, startDay], seconds, 0);
  expected.add(['day', cluster, account, user, day], seconds, 1);
  // First amount and deltas come from the revisions beside the charge; without any the charge is its first amount.
  expected.add(['charge', pk], seconds, revisions);
  if (revisions === 0) found.add(['charge', pk], seconds, 0);
}

function findSum(found: Sums, kind: string, sk: string, item: Record<string, unknown>): void {
  if (kind === 'BAL#' && sk === 'A') {
    const { cluster, account, seconds, jobs } = balanceSchema.parse(item);
    found.add(['balance', cluster, account], seconds, jobs);
  } else if (kind === 'BAL#') {
    const { cluster, account, month, ...rest } = monthSchema.parse(item);
    for (const [name, value] of Object.entries(rest))
      if (/^d\d\d$/.test(name))
        found.add(['start', cluster, account, `${month}-${name.slice(1)}`], z.int().parse(value), 0);
  } else if (kind === 'DAY#') {
    const { cluster, account, user, day, seconds, jobs } = daySchema.parse(item);
    found.add(['day', cluster, account, user, day], seconds, jobs);
  }
}

async function* scan({ client, table }: LedgerTable): AsyncGenerator<Item> {
  let start: Item | undefined;
  do {
    const page = await client.send(
      new ScanCommand({
        TableName: table,
        ConsistentRead: true,
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
    yield* page.Items ?? [];
    start = page.LastEvaluatedKey;
  } while (start);
}
