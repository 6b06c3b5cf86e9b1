import * as z from 'zod';
import { isMemberName } from '../../domain/names.ts';
import { idSchema } from '../primitives.ts';
import { dateTimeSchema, emailSchema, roleSchema, titleSchema, type Filters } from './fields.ts';
import { historySchema, teamSummarySchema } from './summaries.ts';

export const usernameSchema = z
  .string()
  .refine(
    isMemberName,
    'must start with a-z or _ and hold only a-z, 0-9, _, . and -, 32 characters at most: the clusters carry it as it is',
  );

/** Long enough that a list of common passwords does not reach it; nothing else is asked of it. */
export const passwordSchema = z.string().min(12, 'must have 12 characters at least').max(128);

const personal = {
  first_name: titleSchema(150).nullable(),
  last_name: titleSchema(150).nullable(),
  email: emailSchema.nullable(),
  department: titleSchema(1000).nullable(),
  role: titleSchema(1000).nullable(),
};

/** Fields that staff alone sets. `is_superuser`, `groups` and `user_permissions` exist for clients of the public API and hold nothing here. */
const privileged = {
  username: usernameSchema,
  is_active: z.boolean(),
  is_staff: z.boolean(),
};

export const userSchema = z.object({
  id: idSchema,
  display_name: z.string(),
  abbreviation: z.string(),
  _membership: z.array(
    z.object({ id: idSchema, team: idSchema, role: roleSchema, _team: teamSummarySchema }),
  ),
  _history: historySchema,
  is_superuser: z.boolean(),
  username: z.string(),
  first_name: z.string().nullable(),
  last_name: z.string().nullable(),
  email: z.string().nullable(),
  department: z.string().nullable(),
  role: z.string().nullable(),
  is_active: z.boolean(),
  is_staff: z.boolean(),
  is_ldap_user: z.boolean(),
  date_joined: dateTimeSchema,
  last_login: dateTimeSchema.nullable(),
  groups: z.array(idSchema),
  user_permissions: z.array(idSchema),
});
export type User = z.infer<typeof userSchema>;

export const userCreateSchema = z.strictObject({
  ...privileged,
  is_active: privileged.is_active.default(true),
  is_staff: privileged.is_staff.default(false),
  password: passwordSchema,
  first_name: personal.first_name.default(null),
  last_name: personal.last_name.default(null),
  email: personal.email.default(null),
  department: personal.department.default(null),
  role: personal.role.default(null),
});

/** What a person may change of itself, and, with the privileged fields, staff of anyone. */
export const userUpdateSchema = z
  .strictObject({ ...privileged, ...personal, password: passwordSchema })
  .partial();
export const userOwnFields = ['first_name', 'last_name', 'email', 'department', 'role', 'password'] as const;

export const userFilters = {
  id: 'number',
  username: 'text',
  first_name: 'text',
  last_name: 'text',
  email: 'text',
  department: 'text',
  role: 'text',
  is_active: 'boolean',
  is_staff: 'boolean',
  is_superuser: 'boolean',
  is_ldap_user: 'boolean',
  date_joined: 'datetime',
  last_login: 'datetime',
} as const satisfies Filters;

export const loginSchema = z.strictObject({
  username: z.string().min(1).max(150),
  password: z.string().min(1).max(128),
});
