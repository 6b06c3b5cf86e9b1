import type * as z from 'zod';
import { issueWords } from './issue-words.ts';
import { Refusal, type FieldErrors } from './refusals.ts';

/**
 * A body's fields, or a query's parameters, by their schema.
 *
 * @throws Refusal that names each field and what would be right
 */
export function parseFields<T>(
  schema: z.ZodType<T>,
  body: unknown,
  code: 'bad-field' | 'bad-query' = 'bad-field',
): T {
  const parsed = schema.safeParse(body, { error: issueWords });
  if (parsed.success) return parsed.data;
  const errors = fieldErrors(parsed.error.issues);
  throw new Refusal(code, describe(errors), { errors });
}

function fieldErrors(issues: readonly z.core.$ZodIssue[]): FieldErrors {
  // A map: names come from the caller, and an object has some of its own.
  const errors = new Map<string, string[]>();
  for (const issue of issues) {
    const unknown = issue.code === 'unrecognized_keys';
    const names = unknown
      ? issue.keys.map((key) => [...issue.path, key].join('.'))
      : [issue.path.join('.') || 'body'];
    const message = unknown ? 'is not a known field' : issue.message;
    for (const name of names) errors.set(name, [...(errors.get(name) ?? []), message]);
  }
  return Object.fromEntries(errors);
}

const describe = (errors: FieldErrors) =>
  Object.entries(errors)
    .map(([field, reasons]) => `${field}: ${reasons.join(', ')}`)
    .join('; ');
