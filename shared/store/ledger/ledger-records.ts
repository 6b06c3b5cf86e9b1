import { createHash } from 'node:crypto';
import * as z from 'zod';
import { billingDeltaSchema, billingSecondsSchema, daySchema, idSchema } from '../../contracts/primitives.ts';
import { usageRecordSchema, type UsageRecord } from '../../contracts/usage.ts';
import { billableSeconds, UnbillableRunError } from '../../domain/billing.ts';
import { dayOf } from '../../domain/calendar.ts';
import type { Revision } from '../../domain/charges.ts';
import { canonicalJson } from '../../domain/policy-content.ts';

/** The charge of one run as an agent reported it: what is posted, where, and on whose word. */
export const chargeSchema = z.object({
  cluster: idSchema,
  /** As the scheduler names it; the team is found on read. */
  account: z.string(),
  user: z.string(),
  /** Day of the run's end, by which usage is told. */
  day: daySchema,
  /** Day of the run's start, by which grants are drawn from. */
  startDay: daySchema,
  seconds: billingSecondsSchema,
  epoch: z.int().min(1),
  segment: z.int().min(1),
  /** Digest of the scheduler's row. */
  facts: z.string(),
  record: usageRecordSchema,
});
export type Charge = z.infer<typeof chargeSchema>;

/** A charge in the ledger. */
export const postedChargeSchema = chargeSchema.extend({ revisions: z.int().min(0) });
export type PostedCharge = z.infer<typeof postedChargeSchema>;

/** A charge as it stood before a revision, and by how much that revision changed it. */
export const replacedChargeSchema = z.object({ replaced: postedChargeSchema, delta: billingDeltaSchema });

/** Beyond this a row is not believed: no clock of a cluster stands there. */
const LAST_SECOND = Date.UTC(2100, 0) / 1000;

/**
 * The charge of a scheduler's row. Days are those of the deployment's zone.
 *
 * @throws UnbillableRunError where the row can't be charged
 */
export function chargeOf(cluster: number, record: UsageRecord, revision: Revision, zone: string): Charge {
  const times = [record.submit, record.end, record.start ?? 0];
  if (times.some((second) => second >= LAST_SECOND))
    throw new UnbillableRunError('a time of the run lies after the year 2099');
  if (Object.values(record).some((value) => typeof value === 'string' && !value.isWellFormed()))
    throw new UnbillableRunError('a text of the run is not Unicode');
  const seconds = billableSeconds(record);
  return {
    cluster,
    account: record.account,
    user: record.user,
    day: dayOf(record.end, zone),
    startDay: dayOf(record.start ?? record.end, zone),
    seconds,
    epoch: revision.epoch,
    segment: revision.segment,
    facts: factsOf(record),
    record,
  };
}

/** Digest of all that the scheduler says of a run: the same digest, the same row. */
export function factsOf(record: UsageRecord): string {
  return createHash('sha256').update(canonicalJson(record)).digest('base64url').slice(0, 22);
}
