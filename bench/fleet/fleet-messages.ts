import * as z from 'zod';

/** What the bench asks of the process that holds the agents. */
export const orderSchema = z.discriminatedUnion('order', [
  /** Enrols an agent with a token and runs it. */
  z.object({
    order: z.literal('start'),
    cluster: z.int(),
    url: z.string(),
    token: z.string(),
  }),
  /** Submits jobs to each simulated scheduler, and tells its rows when all have ended. */
  z.object({ order: z.literal('work'), user: z.string(), account: z.string(), jobs: z.int() }),
]);
export type Order = z.infer<typeof orderSchema>;

/** What that process says. */
export const newsSchema = z.discriminatedUnion('news', [
  z.object({ news: z.literal('ready') }),
  /** An agent's scheduler holds the policy that came last; with the limits that it set since it began. */
  z.object({
    news: z.literal('applied'),
    cluster: z.int(),
    limits: z.record(z.string(), z.int()),
  }),
  /** Runs that a scheduler's accounting has of an account, and what they come to. */
  z.object({ news: z.literal('ended'), cluster: z.int(), runs: z.int(), seconds: z.int() }),
  z.object({ news: z.literal('failed'), cluster: z.int().nullable(), reason: z.string() }),
]);
export type News = z.infer<typeof newsSchema>;
