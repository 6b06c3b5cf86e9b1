import * as z from 'zod';

/** Unix seconds up to the year 9999, beyond which no calendar day is told. */
const momentSchema = z.int().min(0).max(253_402_300_799);

/**
 * One run of a job as the scheduler's accounting tells it (history is dear to send twice, so all of it that has a use;
 * no text that a user wrote). Times are Unix seconds, durations seconds; null where the scheduler said None, Unknown or
 * UNLIMITED.
 */
export const usageRecordSchema = z.object({
  jobIdRaw: z.int().min(0),
  jobId: z.string().max(64),
  submit: momentSchema,
  eligible: momentSchema.nullable(),
  start: momentSchema.nullable(),
  end: momentSchema,
  elapsed: z.int().min(0),
  suspended: z.int().min(0),
  timeLimit: z.int().min(0).nullable(),
  state: z.string().regex(/^[A-Z_]{2,32}$/),
  exitCode: z.string().max(16),
  user: z.string().max(255),
  account: z.string().max(255),
  partition: z.string().max(255),
  qos: z.string().max(255),
  allocTres: z.string().max(1024),
  nodes: z.int().min(0),
  nodeList: z.string().max(1024),
  totalCpu: z.string().max(32),
});
export type UsageRecord = z.infer<typeof usageRecordSchema>;

/** Records in one message: with balances and day rollups they fit one transaction (docs/decisions/0003). */
export const MAX_RECORDS_PER_SEGMENT = 84;

/**
 * One spool segment, as gzip of its JSON, on the agent's usage topic. `records` are parsed one by one, so that a bad
 * one does not take the others with it.
 */
export const usageMessageSchema = z.object({
  v: z.literal(1),
  epoch: z.int().min(1),
  segment: z.int().min(1),
  records: z.array(z.unknown()).min(1).max(MAX_RECORDS_PER_SEGMENT),
});
export type UsageMessage = z.infer<typeof usageMessageSchema>;

/** What the ledger tells the agent: these segments are stored (a quarantined record counts as stored). */
export const ackMessageSchema = z.object({
  v: z.literal(1),
  epoch: z.int().min(1),
  segments: z.array(z.int().min(1)).min(1),
});
export type AckMessage = z.infer<typeof ackMessageSchema>;

/**
 * What the cloud tells an agent that asks under what numbers to send: these are of this session with the broker alone, and above
 * those of all sessions of the cluster's agents before. Where they are used up the agent asks again. By `former` it sees
 * whether another has spoken since its own last session: another machine, or this one before it was set back to a snapshot.
 */
export const numbersMessageSchema = z.object({
  v: z.literal(1),
  session: z.string().max(64),
  numbers: z.object({ first: z.int().min(1), last: z.int().min(1) }),
  /** The first number of the session before this one, whoever had it; 0 where there was none. */
  former: z.int().min(0),
});
export type NumbersMessage = z.infer<typeof numbersMessageSchema>;
/** Both ends included. */
export type SegmentNumbers = NumbersMessage['numbers'];

/** Limits of what a worker unpacks, against a message that explodes. */
export const MAX_USAGE_MESSAGE_BYTES = 131_072;
export const MAX_USAGE_JSON_BYTES = 1_048_576;
