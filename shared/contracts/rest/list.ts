import * as z from 'zod';

export const DEFAULT_LIMIT = 100;
export const MAX_LIMIT = 1000;

/** The envelope of every list. `next` and `previous` are absolute addresses. */
export const listOf = <T extends z.ZodType>(item: T) =>
  z.object({
    count: z.int().min(0),
    next: z.url().nullable(),
    previous: z.url().nullable(),
    results: z.array(item),
  });

/** Query parameters that every list takes besides its filters. */
export const listQuerySchema = z.object({
  _limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT),
  _offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
  _order: z.string().max(200).optional(),
  _search: z.string().max(200).optional(),
});

/** Those of a list that has one order and is not searched. */
export const pageQuerySchema = listQuerySchema.pick({ _limit: true, _offset: true });
