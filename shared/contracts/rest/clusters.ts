import * as z from 'zod';
import { agentModeSchema, agentProblemSchema } from '../agent.ts';
import { policyVersionSchema } from '../policy.ts';
import { idSchema } from '../primitives.ts';
import { accessModeSchema, dateTimeSchema, titleSchema, type Filters } from './fields.ts';
import { historySchema, teamSummarySchema } from './summaries.ts';

export const clusterSchema = z.object({
  id: idSchema,
  _access_teams: z.array(teamSummarySchema),
  _history: historySchema,
  name: z.string(),
  description: z.string().nullable(),
  enabled: z.boolean(),
  access_mode: accessModeSchema,
  access_teams: z.array(idSchema),
});
export type Cluster = z.infer<typeof clusterSchema>;

export const clusterCreateSchema = z.strictObject({
  name: titleSchema(50),
  description: titleSchema(150).nullable().default(null),
  enabled: z.boolean().default(true),
  access_mode: accessModeSchema.default('OP'),
  access_teams: z.array(idSchema).max(1000).default([]),
});
export const clusterUpdateSchema = z
  .strictObject({
    name: titleSchema(50),
    description: titleSchema(150).nullable(),
    enabled: z.boolean(),
    access_mode: accessModeSchema,
    access_teams: z.array(idSchema).max(1000),
  })
  .partial();
export const clusterFilters = {
  id: 'number',
  name: 'text',
  description: 'text',
  enabled: 'boolean',
  access_mode: 'text',
} as const satisfies Filters;

/** POST /allocations/clusters/{id}/enrolment/ (staff): a token that enrols one agent once, within the hour. */
export const enrolmentTokenSchema = z.object({ token: z.string(), expires: dateTimeSchema });

/** GET /allocations/clusters/{id}/agent/: what the cluster's agent last said, and what it should hold. */
export const clusterAgentSchema = z.object({
  enrolled: dateTimeSchema.nullable(),
  last_seen: dateTimeSchema.nullable(),
  agent_version: z.string().nullable(),
  mode: agentModeSchema.nullable(),
  scheduler: z.object({ kind: z.string(), version: z.string(), cluster: z.string() }).nullable(),
  desired: policyVersionSchema.nullable(),
  applied: policyVersionSchema.nullable(),
  problems: z.array(agentProblemSchema),
});
