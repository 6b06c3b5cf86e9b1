import type * as z from 'zod';

/**
 * A function's own environment, parsed by the schema that the CDK app sets it from (`environments.api`, …).
 *
 * @throws Error that names the missing or bad variables
 */
export function readEnvironment<T>(
  schema: z.ZodType<T>,
  from: Readonly<Record<string, string | undefined>> = process.env,
): T {
  const parsed = schema.safeParse(from);
  if (!parsed.success) {
    const bad = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new Error(`The environment is not what cdk/ sets for this function: ${bad.join('; ')}`);
  }
  return parsed.data;
}
