import * as z from 'zod';
import { idSchema } from '../primitives.ts';
import { dateSchema, dateTimeSchema } from './fields.ts';
import { clusterSummarySchema, teamSummarySchema } from './summaries.ts';

/**
 * GET /usage/balances/: one row for each cluster and account that the caller may see (its teams; staff all).
 * Figures are billing-seconds; 3,600 are one service unit.
 */
export const balanceSchema = z.object({
  cluster: idSchema,
  _cluster: clusterSummarySchema,
  account: z.string(),
  team: idSchema.nullable(),
  _team: teamSummarySchema.nullable(),
  /** All that may have been used by now: live awards, what ended awards drew, credits. */
  entitled: z.int(),
  /** Charged runs since the first award began. */
  used: z.int(),
  remaining: z.int(),
  /** Awarded in grants that are live today. */
  awarded: z.int(),
  /** The last day (excluded) of the live grant that ends first. */
  expire: dateSchema.nullable(),
  locked: z.boolean(),
  /** Charged runs so far. */
  jobs: z.int().min(0),
});
export type Balance = z.infer<typeof balanceSchema>;

/** GET /usage/charges/?account=&cluster=&from=&to= : charges by end day, newest first; 31 days at most. */
export const chargesQuerySchema = z.strictObject({
  account: z.string().min(1).max(255),
  cluster: z.coerce.number().int().min(1),
  from: dateSchema,
  to: dateSchema,
});
export const MAX_CHARGE_DAYS = 31;

export const chargeSchema = z.object({
  cluster: idSchema,
  account: z.string(),
  user: z.string(),
  job_id: z.string(),
  job_id_raw: z.int(),
  submit: dateTimeSchema,
  start: dateTimeSchema.nullable(),
  end: dateTimeSchema,
  elapsed: z.int().min(0),
  state: z.string(),
  partition: z.string(),
  qos: z.string(),
  alloc_tres: z.string(),
  /** Billing-seconds. */
  charge: z.int(),
  /** How often the amount was revised after it was first posted. */
  revisions: z.int().min(0),
});
export type Charge = z.infer<typeof chargeSchema>;
