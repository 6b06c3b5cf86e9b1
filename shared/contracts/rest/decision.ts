import * as z from 'zod';
import { idSchema } from '../primitives.ts';
import { dateSchema, requestStatusSchema, reviewStatusSchema, serviceUnitsSchema } from './fields.ts';
import { allocationRequestSchema } from './requests.ts';
import { clusterSummarySchema } from './summaries.ts';

/**
 * POST /allocations/requests/{id}/decision/ (staff): status, awards and dates in one transaction, with the reviewer's
 * review beside them. DC on an approved request withdraws its awards. A dry run answers the same and writes nothing.
 */
export const decisionSchema = z.strictObject({
  status: reviewStatusSchema,
  awards: z
    .array(z.strictObject({ allocation: idSchema, awarded: serviceUnitsSchema }))
    .max(20)
    .default([]),
  active: dateSchema.nullable().optional(),
  expire: dateSchema.nullable().optional(),
  comment: z.string().max(2000).optional(),
  dry_run: z.boolean().default(false),
});

/** What an account may use on one cluster before and after the decision, in billing-seconds. */
export const decisionEffectSchema = z.object({
  cluster: idSchema,
  _cluster: clusterSummarySchema,
  account: z.string(),
  entitled_before: z.int(),
  entitled_after: z.int(),
  used: z.int(),
  remaining_before: z.int(),
  remaining_after: z.int(),
});

export const decisionResultSchema = z.object({
  dry_run: z.boolean(),
  status_before: requestStatusSchema,
  request: allocationRequestSchema,
  effects: z.array(decisionEffectSchema),
});
export type DecisionResult = z.infer<typeof decisionResultSchema>;
