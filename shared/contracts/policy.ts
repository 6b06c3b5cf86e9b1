import * as z from 'zod';
import {
  accountSchema,
  billingDeltaSchema,
  billingSecondsSchema,
  daySchema,
  idSchema,
  memberSchema,
  sha256Schema,
} from './primitives.ts';

/** A version only grows: by n, or by epoch after a restore. The first epoch is 1, each other the Unix second in which it began. */
export const policyVersionSchema = z.object({ epoch: z.int().min(1), n: z.int().min(1) });
export type PolicyVersion = z.infer<typeof policyVersionSchema>;

/**
 * Live on day d when from <= d < until; `until` null never ends. `withdrawn` (domain/grants.ts) says which runs of the day
 * `until` a withdrawn grant carries; without it, as before there was such a field, it carries none. It lies outside the
 * hash, which an agent that does not know it works out as well.
 */
export const policyGrantSchema = z.object({
  id: idSchema,
  awarded: billingSecondsSchema,
  from: daySchema,
  until: daySchema.nullable(),
  drawn: billingSecondsSchema,
  withdrawn: z
    .object({ until: daySchema.nullable(), kept: billingSecondsSchema, carried: billingSecondsSchema })
    .optional(),
});
export type PolicyGrant = z.infer<typeof policyGrantSchema>;

/** Where an account's runsTotal stands: every record of the agent's segments up to here is in it. */
export const segmentMarkSchema = z.object({ epoch: z.int().min(0), segment: z.int().min(0) });
export type SegmentMark = z.infer<typeof segmentMarkSchema>;

export const policyAccountSchema = z.object({
  account: accountSchema,
  locked: z.boolean(),
  members: z.array(memberSchema),
  /** Used before the first grant began; no grant owes it. */
  baseline: billingDeltaSchema,
  credits: billingDeltaSchema,
  grants: z.array(policyGrantSchema),
  runsTotal: billingDeltaSchema,
  through: segmentMarkSchema,
  /** What of runsTotal the grants carry, by days on which they draw alike (domain/grants.ts); outside the hash, as `withdrawn` is. */
  spans: z.array(z.object({ day: daySchema, seconds: billingDeltaSchema })).optional(),
});
export type PolicyAccount = z.infer<typeof policyAccountSchema>;

/** The desired state of one cluster. Accounts are sorted by name, members and grants too, so that equal states have equal bytes. */
export const policySchema = z.object({
  v: z.literal(1),
  cluster: idSchema,
  zone: z.string(),
  version: policyVersionSchema,
  accounts: z.array(policyAccountSchema),
});
export type Policy = z.infer<typeof policySchema>;

/** What changes a policy of version `from` into one of version `to`. An account that is named replaces the one before. */
export const policyDeltaSchema = z.object({
  v: z.literal(1),
  cluster: idSchema,
  zone: z.string(),
  from: policyVersionSchema,
  to: policyVersionSchema,
  accounts: z.array(policyAccountSchema),
});
export type PolicyDelta = z.infer<typeof policyDeltaSchema>;

/** One MQTT message on the agent's policy topic. `data` is a slice of base64(gzip(JSON of a policy or a delta)). */
export const policyPartSchema = z.object({
  v: z.literal(1),
  kind: z.enum(['full', 'delta']),
  version: policyVersionSchema,
  /** Content hash (domain/policy.ts) of the whole policy that results. */
  hash: sha256Schema,
  part: z.int().min(1),
  parts: z.int().min(1).max(1000),
  data: z.base64(),
});
export type PolicyPart = z.infer<typeof policyPartSchema>;

/** A part's `data` in characters; with its frame it stays below the broker's 128 kB. */
export const POLICY_PART_CHARS = 96_000;
