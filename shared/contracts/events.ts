import * as z from 'zod';
import { cidSchema, idSchema } from './primitives.ts';

/** A cluster's desired state may have changed: build its policy anew. */
export const policyEventSchema = z.object({
  type: z.literal('policy'),
  cluster: idSchema,
  cid: cidSchema,
  /** Brings every account's figures (runs, drawn) forward, not only those of accounts that were changed. */
  refresh: z.boolean().optional(),
  /** The tables came back from a backup: a new epoch of the policy begins, and the agent sends its usage of 7 days again. */
  restored: z.boolean().optional(),
});
export type PolicyEvent = z.infer<typeof policyEventSchema>;

/** Who is in a team, or whether it is open, has changed: each of its clusters is owed a policy. */
const teamEventSchema = z.object({ type: z.literal('team'), team: idSchema, cid: cidSchema });

/** Events that a committed transaction leaves in the outbox. Consumers recompute from state, so an event may come twice. */
export const outboxEventSchema = z.discriminatedUnion('type', [policyEventSchema, teamEventSchema]);
export type OutboxEvent = z.infer<typeof outboxEventSchema>;
