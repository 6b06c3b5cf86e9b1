import type { Call } from './call.ts';
import { badField, Refusal } from './refusals.ts';

/** Larger bodies are no record; attachments go another way. */
export const MAX_BODY_BYTES = 1_000_000;
const MAX_DEPTH = 16;

export type JsonObject = Record<string, unknown>;

/**
 * The JSON object in a body.
 *
 * @throws Refusal not-json, body-too-large or bad-request; bad-field where a text is not Unicode or a name is `__proto__`
 */
export function jsonBody(call: Call): JsonObject {
  const type = call.headers['content-type'] ?? '';
  if (!/^application\/json\s*(;.*)?$/i.test(type))
    throw new Refusal('not-json', 'Send JSON with Content-Type: application/json.');
  if (call.body.length > MAX_BODY_BYTES)
    throw new Refusal('body-too-large', `A body holds ${MAX_BODY_BYTES} bytes at most.`);
  const value = parse(call.body);
  if (!isObject(value)) throw new Refusal('bad-request', 'The body must be a JSON object.');
  refuseUnsound(value, [], 0);
  return value;
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new Refusal('bad-request', 'The body is not JSON in UTF-8.');
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Nothing below looks at depth, key names or text again. */
function refuseUnsound(value: unknown, path: readonly string[], depth: number): void {
  if (depth > MAX_DEPTH) throw new Refusal('bad-request', `The body nests deeper than ${MAX_DEPTH} levels.`);
  if (typeof value === 'string' && (!value.isWellFormed() || value.includes('\0')))
    throw badField(path[0] ?? 'body', 'holds characters that are no text');
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === '__proto__' || !key.isWellFormed())
      throw badField(key.toWellFormed(), 'is not a known field');
    refuseUnsound(inner, [...path, key], depth + 1);
  }
}
