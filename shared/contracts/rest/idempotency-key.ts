import * as z from 'zod';

/** What Idempotency-Key may hold. */
export const idempotencyKeySchema = z
  .string()
  .regex(/^[!-~]{1,255}$/, 'must have 1 to 255 visible ASCII characters');
