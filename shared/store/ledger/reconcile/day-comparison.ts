import * as z from 'zod';
import { UnbillableRunError } from '../../../domain/billing.ts';
import type { UsageRecord } from '../../../contracts/usage.ts';
import { batchReadItems } from '../../table/batch-reader.ts';
import { fromItem } from '../../table/items.ts';
import { chargesOfDay, type AccountDay } from '../checks/charges-of-day.ts';
import { chargeKey } from '../ledger-keys.ts';
import { chargeOf, postedChargeSchema, type Charge, type PostedCharge } from '../ledger-records.ts';
import type { LedgerTable } from '../../table/tables.ts';
import { differenceOf, type RunDifference } from './run-difference.ts';

export interface Comparison {
  ledger: LedgerTable;
  cluster: number;
  zone: string;
  /** Unix seconds; what ended later may be on its way, and is left out on both sides. */
  horizon: number;
}

/** A run that is not the same on both sides, and the row of the scheduler where there is one. */
export interface DifferingRun extends RunDifference {
  key: string;
  run: { jobIdRaw: number; submit: number };
  row: UsageRecord | undefined;
}

/** What the scheduler's row comes to; which word of the agent's brought it does not matter here. */
export function chargeOfRow({ cluster, zone }: Comparison, row: UsageRecord): Charge | 'unbillable' {
  try {
    return chargeOf(cluster, row, { epoch: 1, segment: 1 }, zone);
  } catch (error) {
    if (error instanceof UnbillableRunError) return 'unbillable';
    throw error;
  }
}

export const runKey = (cluster: number, { jobIdRaw, submit }: DifferingRun['run']): string =>
  chargeKey({ cluster, jobIdRaw, submit }).pk;

/** Rows of the scheduler against their charges, read by key and strongly consistent. */
export async function compareRows(
  comparison: Comparison,
  rows: readonly UsageRecord[],
): Promise<DifferingRun[]> {
  const charges = await readByKey(comparison, rows);
  return rows.flatMap((row) => {
    const key = runKey(comparison.cluster, row);
    const difference = differenceOf(chargeOfRow(comparison, row), charges.get(key));
    return difference ? [{ ...difference, key, run: runOf(row), row }] : [];
  });
}

/** Charges of an account's day that no row of the scheduler belongs to. */
export async function findExtra(
  comparison: Comparison,
  accountDay: AccountDay,
  isKnown: (key: string) => boolean,
): Promise<DifferingRun[]> {
  const { ledger, cluster, horizon } = comparison;
  const unknown: DifferingRun['run'][] = [];
  for await (const item of chargesOfDay(ledger, accountDay)) {
    const run = indexedSchema.safeParse(item).data?.record;
    if (run && !isKnown(runKey(cluster, run))) unknown.push(run);
  }
  const counts = ({ day, record }: PostedCharge) => day === accountDay.day && record.end < horizon;
  return compareRuns(comparison, unknown, counts);
}

const indexedSchema = z.object({ record: z.object({ jobIdRaw: z.int(), submit: z.int() }) });

/** Runs that are only in the ledger, as they stand there: the index that named them may be a moment old. */
export async function compareRuns(
  comparison: Comparison,
  runs: readonly DifferingRun['run'][],
  counts: (charge: PostedCharge) => boolean,
): Promise<DifferingRun[]> {
  const charges = await readByKey(comparison, runs);
  return runs.flatMap((run) => {
    const key = runKey(comparison.cluster, run);
    const charge = charges.get(key);
    const difference = charge && counts(charge) ? differenceOf(undefined, charge) : undefined;
    return difference ? [{ ...difference, key, run, row: undefined }] : [];
  });
}

const runOf = ({ jobIdRaw, submit }: DifferingRun['run']) => ({ jobIdRaw, submit });

async function readByKey(
  { ledger, cluster }: Comparison,
  runs: readonly DifferingRun['run'][],
): Promise<Map<string, PostedCharge>> {
  const keys = runs.map(({ jobIdRaw, submit }) => chargeKey({ cluster, jobIdRaw, submit }));
  const items = await batchReadItems(ledger, keys);
  return new Map(items.map((item) => [item['pk']?.S ?? '', postedChargeSchema.parse(fromItem(item))]));
}
