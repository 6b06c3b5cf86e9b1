import * as z from 'zod';
import { daySchema, idSchema } from './primitives.ts';
import { usageRecordSchema } from './usage.ts';

/**
 * The scheduler's own rows as `keystone-agent rows` prints them, a JSON text a line: who says so, then the rows of each
 * day with a line after the last of the day, then a line that says that this was all.
 */
export const schedulerRowsLineSchema = z.discriminatedUnion('line', [
  z.object({
    line: z.literal('rows'),
    v: z.literal(1),
    cluster: z.object({ id: idSchema, name: z.string() }),
    zone: z.string(),
    from: daySchema,
    to: daySchema,
    /** When reading began. What ended about then may not be among the rows yet. */
    at: z.iso.datetime(),
  }),
  z.object({ line: z.literal('row'), record: usageRecordSchema }),
  /** A row that could not be understood, cut short. */
  z.object({ line: z.literal('unreadable'), row: z.string() }),
  z.object({ line: z.literal('day'), day: daySchema, rows: z.int().min(0), unreadable: z.int().min(0) }),
  z.object({ line: z.literal('end'), rows: z.int().min(0) }),
]);
export type SchedulerRowsLine = z.infer<typeof schedulerRowsLineSchema>;
export type SchedulerRowsHead = Extract<SchedulerRowsLine, { line: 'rows' }>;
