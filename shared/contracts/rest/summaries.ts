import * as z from 'zod';
import { idSchema } from '../primitives.ts';
import { dateSchema, dateTimeSchema, requestStatusSchema, serviceUnitsSchema } from './fields.ts';

/** Short forms of a record, as others expand their references to it (`_team` beside `team`). */
export const userSummarySchema = z.object({
  id: idSchema,
  username: z.string(),
  first_name: z.string().nullable(),
  last_name: z.string().nullable(),
  display_name: z.string(),
  abbreviation: z.string(),
  email: z.string().nullable(),
  department: z.string().nullable(),
  role: z.string().nullable(),
});
export type UserSummary = z.infer<typeof userSummarySchema>;

export const teamSummarySchema = z.object({
  id: idSchema,
  slug: z.string(),
  name: z.string(),
  is_active: z.boolean(),
});
export type TeamSummary = z.infer<typeof teamSummarySchema>;

export const clusterSummarySchema = z.object({ id: idSchema, name: z.string(), enabled: z.boolean() });
export type ClusterSummary = z.infer<typeof clusterSummarySchema>;

export const requestSummarySchema = z.object({
  id: idSchema,
  title: z.string(),
  status: requestStatusSchema,
  active: dateSchema.nullable(),
  expire: dateSchema.nullable(),
});
export type RequestSummary = z.infer<typeof requestSummarySchema>;

export const allocationSummarySchema = z.object({
  id: idSchema,
  cluster: idSchema,
  requested: serviceUnitsSchema,
  awarded: serviceUnitsSchema.nullable(),
  final: serviceUnitsSchema.nullable(),
  _cluster: clusterSummarySchema,
});

/** One entry of a record's history, newest first. */
export const auditSummarySchema = z.object({
  id: z.int(),
  timestamp: dateTimeSchema,
  action: z.enum(['create', 'update', 'delete']),
  actor: idSchema.nullable(),
  _actor: userSummarySchema.nullable(),
  changes: z.record(z.string(), z.object({ before: z.unknown(), after: z.unknown() })),
});
export const historySchema = z.array(auditSummarySchema);
