import * as z from 'zod';

/**
 * What each function reads from its environment. The CDK app sets exactly these (a missing name does not compile), and
 * each handler parses its own before anything else.
 */
const base = {
  KEYSTONE_STAGE: z.string().regex(/^[a-z][a-z0-9-]{0,15}$/),
  /** IANA name; allocations begin and end on its calendar days. */
  KEYSTONE_ZONE: z.string().min(1),
  CONTROL_TABLE: z.string().min(1),
};
const outbox = { POLICY_QUEUE_URL: z.string().min(1) };
const ledger = { LEDGER_TABLE: z.string().min(1) };

/** The site's public origin (https://…), or empty: then the origin that the request came to. */
const origin = {
  KEYSTONE_ORIGIN: z.string(),
  /** What the distribution shows with each call to be believed about the viewer's address; empty where there is none. */
  EDGE_KEY: z.string(),
};

/** A Valkey or Redis address; absent where the stage has no cache. */
const cache = { CACHE_URL: z.url({ protocol: /^rediss?$/ }).optional() };

export const environments = {
  api: z.object({ ...base, ...outbox, ...ledger, ...origin, ...cache }),
  'sign-in': z.object({ ...base, ...origin }),
  enrol: z.object({ ...base, ...outbox, ...origin, IOT_POLICY_NAME: z.string().min(1), IOT_CA: z.string() }),
  'policy-builder': z.object({ ...base, ...ledger }),
  ledger: z.object({ ...base, ...ledger }),
  'agent-state': z.object({ ...base, ...outbox }),
  'outbox-sweep': z.object({ ...base, ...outbox }),
  'grant-turn': z.object({ ...base, ...outbox, ...ledger }),
  'verify-ledger': z.object({ ...base, ...ledger }),
  'watch-agents': z.object(base),
  'first-admin': z.object(base),
};

export type FunctionName = keyof typeof environments;
export type Environment<F extends FunctionName> = z.infer<(typeof environments)[F]>;
