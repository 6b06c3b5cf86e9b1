import * as z from 'zod';

/** GET /health/: 200 when all parts answer, 500 when one does not. */
export const healthSchema = z.object({
  status: z.enum(['up', 'down']),
  parts: z.record(z.string(), z.enum(['up', 'down'])),
});
