import * as z from 'zod';

/** RFC 9457 problem document. `errors` names each bad field of a body or query with what would be right. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  cid: z.string(),
  errors: z.record(z.string(), z.array(z.string())).optional(),
});
export type Problem = z.infer<typeof problemSchema>;
export const PROBLEM_TYPE = 'application/problem+json';
