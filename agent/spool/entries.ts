import { gunzipSync, gzipSync } from 'node:zlib';
import * as z from 'zod';
import { daySchema } from '@keystone/shared/contracts/primitives.ts';

const count = z.int().min(0);

/** What the index needs of a run, so that opening the spool computes nothing again. */
export const runFactsSchema = z.object({
  jobIdRaw: count,
  submit: count,
  digest: z.string(),
  billed: z.int(),
  end: count,
});

/** Runs that go to the ledger in one message. */
const segmentEntrySchema = z.object({
  kind: z.literal('segment'),
  segment: z.int().min(1),
  epoch: z.int().min(1),
  /** Unix seconds at which it was written. */
  at: count,
  /** Whether its rows replace earlier ones; former versions did not say. */
  revision: z.boolean().optional(),
  /** It has no number of a session with the broker yet, and is not sent under this one. */
  provisional: z.boolean().optional(),
  /** The provisional segment that goes on under this number. */
  replaces: z.int().min(1).optional(),
  records: z.array(z.unknown()).min(1),
  facts: z.array(runFactsSchema),
  sums: z.array(z.object({ account: z.string(), day: daySchema, seconds: z.int() })),
});
export type SegmentEntry = z.infer<typeof segmentEntrySchema>;

/** How far the scheduler's accounting was read, and when a wide rescan last ended; both Unix seconds. */
export const positionSchema = z.object({
  watermark: count.nullable(),
  rescanned: count.nullable(),
  /** The next rescan sends all that it reads, also what was sent: another may have had the last word since. */
  again: z.literal(true).optional(),
});
export type ReadPosition = z.infer<typeof positionSchema>;

export const entrySchema = z.discriminatedUnion('kind', [
  segmentEntrySchema,
  /** The ledger has these. */
  z.object({ kind: z.literal('stored'), segments: z.array(z.int().min(1)), at: count }),
  positionSchema.extend({ kind: z.literal('position') }),
  /** A session with the broker, by its first number; `again` as in a position. */
  z.object({ kind: z.literal('session'), first: z.int().min(1), again: z.literal(true).optional() }),
  /** The ledger was restored: what it said it has may be gone. */
  z.object({ kind: z.literal('resend'), at: count }),
]);
export type Entry = z.infer<typeof entrySchema>;

export function encodeEntry(value: Entry): Uint8Array {
  return gzipSync(JSON.stringify(value), { level: 4 });
}

/** @throws where the bytes are no entry of this version */
export function decodeEntry(payload: Uint8Array): Entry {
  return entrySchema.parse(JSON.parse(gunzipSync(payload).toString('utf8')));
}
