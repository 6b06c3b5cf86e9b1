import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod';
import type { FunctionPool } from '../functions/function-pool.ts';
import { decodedPath, MAX_BODY_BYTES, MAX_FUNCTION_PAYLOAD_BYTES, refusal, toEvent } from './payload.ts';
import { matchRoute, type Route } from './routes.ts';

const answerSchema = z.object({
  statusCode: z.int(),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  cookies: z.array(z.string()).default([]),
  body: z.string().default(''),
  isBase64Encoded: z.boolean().default(false),
});

/** API Gateway gives up on a function after this long, whatever the function's own limit. */
const INTEGRATION_TIMEOUT_MS = 30_000;

function say(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ message }));
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    size += bytes.length;
    if (size > MAX_BODY_BYTES) return undefined;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/** Answers a request as the HTTP API of the template would. */
export function createApiFront(routes: readonly Route[], poolOf: (arn: string) => FunctionPool | undefined) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const refused = refusal(request);
    if (refused) return say(response, refused.status, refused.message);
    const target = request.url ?? '/';
    const method = request.method ?? 'GET';
    const matched = matchRoute(routes, method, decodedPath(target));
    const pool = matched && poolOf(matched.route.functionArn);
    if (!pool) return say(response, 404, 'Not Found');
    const body = await readBody(request);
    if (!body) return say(response, 413, 'Request Too Long');
    const remoteAddress = request.socket.remoteAddress ?? '127.0.0.1';
    const event = toEvent(
      { method, target, rawHeaders: request.rawHeaders, body, remoteAddress },
      matched.match,
      new Date(),
    );
    if (JSON.stringify(event).length > MAX_FUNCTION_PAYLOAD_BYTES)
      return say(response, 413, 'Request Too Long');
    await answer(response, method, withTimeout(pool.invoke(event)));
  };
}

async function answer(response: ServerResponse, method: string, invoked: Promise<unknown>): Promise<void> {
  try {
    const result = await invoked;
    const parsed = answerSchema.safeParse(result);
    const size = Buffer.byteLength(JSON.stringify(result ?? null));
    if (!parsed.success || size > MAX_FUNCTION_PAYLOAD_BYTES)
      return say(response, 500, 'Internal Server Error');
    const { statusCode, headers, cookies, body, isBase64Encoded } = parsed.data;
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, String(value));
    if (cookies.length > 0) response.setHeader('set-cookie', cookies);
    const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
    if (statusCode !== 204) response.setHeader('content-length', bytes.length);
    response.writeHead(statusCode).end(method === 'HEAD' ? undefined : bytes);
  } catch (error) {
    if (error instanceof TimeoutError) return say(response, 503, 'Service Unavailable');
    say(response, 500, 'Internal Server Error');
  }
}

class TimeoutError extends Error {}

async function withTimeout<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new TimeoutError()), INTEGRATION_TIMEOUT_MS);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
