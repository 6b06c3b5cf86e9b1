import * as z from 'zod';
import { listOf } from '@keystone/shared/contracts/rest/list.ts';
import { operations, resources } from '@keystone/shared/contracts/rest/operations.ts';

/** Every answer of a test is held against the contract: each field there, of its type, and none beside them. */
export function checkContract(path: string, body: unknown): void {
  if (body === undefined) return;
  const schema = schemaFor(path.replace(/\?.*$/, '').replace(/\/?$/, '/'));
  if (!schema) return;
  const parsed = schema.safeParse(body);
  if (!parsed.success)
    throw new Error(`${path} answers against its contract: ${z.prettifyError(parsed.error)}`);
  // What the schema does not know it leaves out.
  if (JSON.stringify(parsed.data) !== JSON.stringify(sorted(body, parsed.data)))
    throw new Error(`${path} answers fields that its contract does not know`);
}

function schemaFor(path: string): z.ZodType | undefined {
  for (const { path: collection, read } of Object.values(resources)) {
    if (path === collection) return z.union([listOf(read), read]);
    if (path.startsWith(collection) && /^\d+\/$/.test(path.slice(collection.length))) return read;
  }
  const named = operations.find((operation) =>
    new RegExp(`^${operation.path.replace('{id}', '\\d+')}$`).test(path),
  );
  return named && 'response' in named ? named.response : undefined;
}

/** The body with its keys in the order of another, so that the two compare as texts. */
function sorted(body: unknown, like: unknown): unknown {
  if (Array.isArray(body))
    return body.map((item, index) => sorted(item, Array.isArray(like) ? like[index] : undefined));
  if (typeof body !== 'object' || body === null || typeof like !== 'object' || like === null) return body;
  const keys = [...new Set([...Object.keys(like), ...Object.keys(body)])];
  return Object.fromEntries(keys.map((key) => [key, sorted(Reflect.get(body, key), Reflect.get(like, key))]));
}
