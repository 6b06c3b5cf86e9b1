import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { Refusal } from './refusals.ts';

/** An answer before it is written for API Gateway. */
export interface Reply {
  status: number;
  /** Written as JSON; left out where there is none. */
  body?: unknown;
  headers?: Record<string, string>;
  cookies?: string[];
}

/** Answers are personal and change: nobody on the way keeps them. */
const always = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

/** Lambda passes 6 MiB on, counted as the JSON that holds the body; what is larger would be a 500 of API Gateway's own. */
const MAX_RESULT_BYTES = 6_000_000;
/** Written once more as a JSON text, a character takes at most these: an escape such as \u0007. */
const MOST_BYTES_OF_CHARACTER = 6;

/** @throws Refusal answer-too-large */
export function resultOf(reply: Reply): APIGatewayProxyStructuredResultV2 {
  const text = reply.body === undefined ? undefined : JSON.stringify(reply.body);
  if (text !== undefined) refuseTooLarge(text);
  return {
    statusCode: reply.status,
    headers: {
      ...always,
      ...(text !== undefined && { 'content-type': 'application/json; charset=utf-8' }),
      ...reply.headers,
    },
    ...(reply.cookies && { cookies: reply.cookies }),
    ...(text !== undefined && { body: text }),
  };
}

function refuseTooLarge(text: string): void {
  // Few answers come near it, and writing one a second time costs as much as the first.
  if (text.length * MOST_BYTES_OF_CHARACTER < MAX_RESULT_BYTES) return;
  const bytes = Buffer.byteLength(JSON.stringify(text));
  if (bytes > MAX_RESULT_BYTES) throw answerTooLarge(bytes);
}

function answerTooLarge(bytes: number): Refusal {
  const reason = `the answer would hold ${bytes} bytes, and ${MAX_RESULT_BYTES} is the most; ask for fewer records`;
  return new Refusal('answer-too-large', `_limit: ${reason}`, { errors: { _limit: [reason] } });
}
