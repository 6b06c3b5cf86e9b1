import * as z from 'zod';
import { slugOf } from '../../domain/names.ts';
import { idSchema } from '../primitives.ts';
import { roleSchema, titleSchema, type Filters } from './fields.ts';
import { historySchema, teamSummarySchema, userSummarySchema } from './summaries.ts';

const userRoleSchema = z.object({ id: idSchema, user: idSchema, role: roleSchema, _user: userSummarySchema });

export const teamSchema = z.object({
  id: idSchema,
  slug: z.string().meta({ description: "The team's account on the schedulers" }),
  is_active: z.boolean(),
  _membership: z.array(userRoleSchema),
  _history: historySchema,
  name: z.string(),
  users: z.array(idSchema),
});
export type Team = z.infer<typeof teamSchema>;

export const teamCreateSchema = z.strictObject({
  name: titleSchema(255).refine(
    (name) => slugOf(name) !== undefined,
    'must begin with a letter and give an account name of 32 characters at most (a-z, 0-9, _ and -): schedulers carry it',
  ),
  is_active: z.boolean().default(true),
});
export const teamUpdateSchema = z.strictObject({ is_active: z.boolean() }).partial();
export const teamFilters = {
  id: 'number',
  name: 'text',
  slug: 'text',
  is_active: 'boolean',
} as const satisfies Filters;

export const membershipSchema = z.object({
  id: idSchema,
  _user: userSummarySchema,
  _team: teamSummarySchema,
  _history: historySchema,
  role: roleSchema,
  user: idSchema,
  team: idSchema,
});
export type Membership = z.infer<typeof membershipSchema>;

export const membershipCreateSchema = z.strictObject({ role: roleSchema, user: idSchema, team: idSchema });
export const membershipUpdateSchema = z.strictObject({ role: roleSchema }).partial();
export const membershipFilters = {
  id: 'number',
  role: 'text',
  team: 'reference',
  user: 'reference',
} as const satisfies Filters;
