import * as z from 'zod';
import { accountSchema, billingSecondsSchema, daySchema, idSchema } from '../../contracts/primitives.ts';
import {
  accessModeSchema,
  requestStatusSchema,
  reviewStatusSchema,
  roleSchema,
} from '../../contracts/rest/fields.ts';

/** Stored shapes, version 1. Every item also has pk, sk, v (version) and _v (shape). */
export const userRecordSchema = z.object({
  id: idSchema,
  username: z.string(),
  password: z.string(),
  first_name: z.string().nullable(),
  last_name: z.string().nullable(),
  email: z.string().nullable(),
  department: z.string().nullable(),
  role: z.string().nullable(),
  is_active: z.boolean(),
  is_staff: z.boolean(),
  is_ldap_user: z.boolean(),
  date_joined: z.iso.datetime(),
  /** Sessions that began before this are over (password changed, person deactivated). */
  sessions_from: z.iso.datetime(),
});

export const teamRecordSchema = z.object({
  id: idSchema,
  slug: accountSchema,
  name: z.string(),
  is_active: z.boolean(),
});

/** `username` and `active` repeat the user's, so that a policy is built from a team's edges alone; the user's change rewrites them. */
export const membershipRecordSchema = z.object({
  id: idSchema,
  user: idSchema,
  team: idSchema,
  role: roleSchema,
  username: z.string(),
  active: z.boolean(),
});

export const clusterRecordSchema = z.object({
  id: idSchema,
  name: z.string(),
  description: z.string().nullable(),
  enabled: z.boolean(),
  access_mode: accessModeSchema,
  access_teams: z.array(idSchema),
});

export const requestRecordSchema = z.object({
  id: idSchema,
  title: z.string(),
  description: z.string(),
  submitted: z.iso.datetime(),
  active: daySchema.nullable(),
  expire: daySchema.nullable(),
  status: requestStatusSchema,
  submitter: idSchema,
  team: idSchema,
  assignees: z.array(idSchema),
});

/** Figures in service units, as people gave them; `team` repeats the request's, which never changes for an allocation. */
export const allocationRecordSchema = z.object({
  id: idSchema,
  request: idSchema,
  team: idSchema,
  cluster: idSchema,
  requested: z.int().min(0),
  awarded: z.int().min(0).nullable(),
});

export const reviewRecordSchema = z.object({
  id: idSchema,
  request: idSchema,
  team: idSchema,
  reviewer: idSchema,
  status: reviewStatusSchema,
  comment: z.string().nullable(),
  submitted: z.iso.datetime(),
});

export const awardedGrantSchema = z.object({
  id: idSchema,
  awarded: billingSecondsSchema,
  from: daySchema,
  until: daySchema.nullable(),
  withdrawn: daySchema.nullable(),
  kept: billingSecondsSchema.optional(),
});

/** What an account was awarded on a cluster: written with the award, decision or end that changes it. */
export const entitlementRecordSchema = z.object({
  cluster: idSchema,
  account: accountSchema,
  team: idSchema,
  grants: z.array(awardedGrantSchema),
});

export interface RecordShapes {
  user: z.infer<typeof userRecordSchema>;
  team: z.infer<typeof teamRecordSchema>;
  membership: z.infer<typeof membershipRecordSchema>;
  cluster: z.infer<typeof clusterRecordSchema>;
  request: z.infer<typeof requestRecordSchema>;
  allocation: z.infer<typeof allocationRecordSchema>;
  review: z.infer<typeof reviewRecordSchema>;
  entitlement: z.infer<typeof entitlementRecordSchema>;
}
export type Kind = keyof RecordShapes;

/** A record as it was read: its fields, the version to write against, and whether a deletion hid it. */
export interface Stored<K extends Kind> {
  kind: K;
  key: Key;
  version: number;
  hidden: boolean;
  fields: RecordShapes[K];
  /** Ids of all its audit entries, newest first, where its item names them. */
  log?: readonly number[];
}

export interface Key {
  pk: string;
  sk: string;
}
