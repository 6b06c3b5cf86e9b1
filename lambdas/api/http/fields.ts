import type * as z from 'zod';
import { Refusal, type FieldErrors } from './refusals.ts';

/**
 * A body's fields by their schema.
 *
 * @throws Refusal bad-field that names each field and what would be right
 */
export function parseFields<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const errors = fieldErrors(parsed.error.issues);
  throw new Refusal('bad-field', describe(errors), { errors });
}

function fieldErrors(issues: readonly z.core.$ZodIssue[]): FieldErrors {
  const errors: FieldErrors = {};
  for (const issue of issues) {
    const names =
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => [...issue.path, key].join('.'))
        : [issue.path.join('.') || 'body'];
    const message = issue.code === 'unrecognized_keys' ? 'is not a known field' : issue.message;
    for (const name of names) (errors[name] ??= []).push(message);
  }
  return errors;
}

const describe = (errors: FieldErrors) =>
  Object.entries(errors)
    .map(([field, reasons]) => `${field}: ${reasons.join(', ')}`)
    .join('; ');
