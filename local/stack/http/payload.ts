import type { IncomingMessage } from 'node:http';
import { randomUUID } from 'node:crypto';

/** Limits of an HTTP API and of a function behind it. */
export const MAX_BODY_BYTES = 10 * 1024 * 1024;
export const MAX_FUNCTION_PAYLOAD_BYTES = 6 * 1024 * 1024;
export const MAX_HEADER_BYTES = 10_240;

/** A request as the front received it, body whole. */
export interface ReceivedRequest {
  method: string;
  /** Request target as it was sent. */
  target: string;
  rawHeaders: readonly string[];
  body: Buffer;
  remoteAddress: string;
}

export interface MatchedRoute {
  routeKey: string;
  pathParameters: Record<string, string>;
}

/** The raw path of payload 2.0: decoded once. A path that can't be decoded is taken as it is. */
export function decodedPath(target: string): string {
  const [path = '/'] = target.split('?', 1);
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

export const rawQuery = (target: string) =>
  target.includes('?') ? target.slice(target.indexOf('?') + 1) : '';

/** Headers as payload 2.0 merges them: names in lower case, repeated ones joined by a comma, cookies apart. */
export function mergeHeaders(rawHeaders: readonly string[]): {
  headers: Record<string, string>;
  cookies: string[];
} {
  const headers: Record<string, string> = {};
  const cookies: string[] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] ?? '').toLowerCase();
    const value = rawHeaders[at + 1] ?? '';
    if (name === 'cookie') cookies.push(...value.split(/; */).filter((cookie) => cookie !== ''));
    else headers[name] = name in headers ? `${headers[name]},${value}` : value;
  }
  return { headers, cookies };
}

function queryParameters(query: string): Record<string, string> | undefined {
  if (query === '') return undefined;
  const merged: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(query))
    merged[name] = name in merged ? `${merged[name]},${value}` : value;
  return merged;
}

const textual = /^(text\/|application\/(json|.*\+json|javascript|xml|.*\+xml|x-www-form-urlencoded))/i;

/** The event of payload format 2.0 for a request. */
export function toEvent(request: ReceivedRequest, route: MatchedRoute, now: Date): Record<string, unknown> {
  const { headers, cookies } = mergeHeaders(request.rawHeaders);
  const path = decodedPath(request.target);
  const query = rawQuery(request.target);
  const parameters = queryParameters(query);
  const isText = request.body.length === 0 || textual.test(headers['content-type'] ?? 'text/plain');
  return {
    version: '2.0',
    routeKey: route.routeKey,
    rawPath: path,
    rawQueryString: query,
    ...(cookies.length > 0 && { cookies }),
    headers,
    ...(parameters && { queryStringParameters: parameters }),
    ...(Object.keys(route.pathParameters).length > 0 && { pathParameters: route.pathParameters }),
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      domainName: headers['host'] ?? '127.0.0.1',
      domainPrefix: 'local',
      http: {
        method: request.method,
        path,
        protocol: 'HTTP/1.1',
        sourceIp: request.remoteAddress,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey: route.routeKey,
      stage: '$default',
      time: now.toISOString(),
      timeEpoch: now.getTime(),
    },
    ...(request.body.length > 0 && {
      body: isText ? request.body.toString('utf8') : request.body.toString('base64'),
    }),
    isBase64Encoded: !isText,
  };
}

/** Why a request is refused before it reaches a function, as API Gateway would. */
export function refusal(request: IncomingMessage): { status: number; message: string } | undefined {
  const bytes = request.rawHeaders.reduce(
    (sum, part) => sum + Buffer.byteLength(part) + 2,
    (request.url ?? '').length,
  );
  if (bytes > MAX_HEADER_BYTES) return { status: 431, message: 'Request Header Fields Too Large' };
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES)
    return { status: 413, message: 'Request Too Long' };
  return undefined;
}
