import type * as z from 'zod';
import type { Resource } from '@keystone/shared/contracts/rest/operations.ts';
import { parseFields } from '../http/fields.ts';
import type { JsonObject } from '../http/json-body.ts';

/**
 * A body's fields by a schema of its resource. Those that an answer holds and nobody may write are ignored, so that
 * what was read can be sent back.
 *
 * @throws Refusal bad-field
 */
export function writtenFields<T>(
  { read }: Pick<Resource, 'read'>,
  schema: z.ZodType<T> & { shape: object },
  body: JsonObject,
): T {
  const entries = Object.entries(body).filter(
    ([name]) => Object.hasOwn(schema.shape, name) || !Object.hasOwn(read.shape, name),
  );
  return parseFields(schema, Object.fromEntries(entries));
}

/** A reference in a body that was not parsed yet, to ask for rights before the rest is looked at. */
export function referenceIn(body: JsonObject, field: string): number | undefined {
  const value = body[field];
  return Number.isSafeInteger(value) && typeof value === 'number' && value > 0 ? value : undefined;
}
