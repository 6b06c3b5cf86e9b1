import * as z from 'zod';
import { idSchema } from '../primitives.ts';
import { dateSchema, dateTimeSchema } from './fields.ts';
import { clusterSummarySchema, teamSummarySchema } from './summaries.ts';

/** An award that counts in a balance: begun, ended, or still to begin. Live from `from` until the day before `until`. */
export const balanceGrantSchema = z.object({
  /** The allocation's. */
  id: idSchema,
  awarded: z.int().min(0),
  from: dateSchema,
  until: dateSchema.nullable(),
  /** What runs have drawn from it so far. */
  drawn: z.int(),
});

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
  /** The deployment's calendar day, as of which awards are live or not. */
  as_of: dateSchema,
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
  grants: z.array(balanceGrantSchema),
});
export type Balance = z.infer<typeof balanceSchema>;

/** What the usage of an account is asked for by: a cluster and days, both included. */
export const accountDaysSchema = z.strictObject({
  account: z.string().min(1).max(255),
  cluster: z.coerce.number().int().min(1),
  from: dateSchema,
  to: dateSchema,
});

/**
 * GET /usage/days/?account=&cluster=&from=&to= : what was used by the day on which runs started, oldest first; 400 days at
 * most. Days without use are left out. Over all days it sums up to the account's charges.
 */
export const MAX_USAGE_DAYS = 400;

export const usageDaySchema = z.object({
  day: dateSchema,
  /** Billing-seconds; a correction can take a day below zero. */
  used: z.int(),
});
export type UsageDay = z.infer<typeof usageDaySchema>;

/** GET /usage/charges/?account=&cluster=&from=&to= : charges by end day, newest first; 31 days at most. */
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
