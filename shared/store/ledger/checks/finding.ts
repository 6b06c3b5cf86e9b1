import * as z from 'zod';
import type { Difference } from '../../../domain/standing-differences.ts';

/** What is compared with what. docs/runbook.md, ledger-differences, says what to do about each. */
export const findingKinds = [
  /** A charge by itself: its key, its amount by `billableSeconds`, its days, its place in the index, its revisions. */
  'charge',
  /** Charges of an account against its balance. */
  'balance',
  /** Charges of an account by the day of their start against the items beside the balance. */
  'start-day',
  /** Charges of a person on a day against the day's item. */
  'user-day',
  /** A day's item that no charge belongs to. */
  'stray-day',
  /** Sums by segment against sums by start day. */
  'segments',
  /** Marks of the policy against what the agent had acknowledged, and figures at a mark against what is stored. */
  'mark',
  /** Segments that were acknowledged against segments that left a trace. */
  'acknowledged',
  /** An item that nothing here can read. */
  'item',
] as const;

export const figuresSchema = z.record(z.string(), z.union([z.number(), z.string(), z.null()]));

export const findingSchema = z.object({
  /** `difference` is a fault; `moving` was written to at each look; `note` is worth knowing and no fault. */
  type: z.enum(['difference', 'moving', 'note']),
  kind: z.enum(findingKinds),
  cluster: z.int().min(0),
  name: z.string(),
  expected: figuresSchema,
  found: figuresSchema,
});
export type Finding = z.infer<typeof findingSchema>;
export type FindingKind = Finding['kind'];

export const findingOf = (
  type: Finding['type'],
  kind: FindingKind,
  cluster: number,
  difference: Difference,
): Finding => ({ type, kind, cluster, ...difference });
