import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { cidSchema } from '@keystone/shared/contracts/primitives.ts';
import { notFound } from './refusals.ts';
import { viewerAddress } from './viewer-address.ts';

export const CID_HEADER = 'x-keystone-cid';

/** A request as the API sees it, from an event of API Gateway's HTTP API (payload 2.0). */
export interface Call {
  method: string;
  /** Below /api, with one slash at the end. */
  path: string;
  query: URLSearchParams;
  /** By lower-case name; repeated ones joined by commas, as API Gateway does. */
  headers: Readonly<Record<string, string | undefined>>;
  cookies: ReadonlyMap<string, string>;
  body: Buffer;
  /** Address that the call came from (viewer-address.ts). */
  remote: string;
  /** Where the caller reaches this deployment: https://host, or http:// on this machine. */
  origin: string;
  cid: string;
}

/** What a function knows of the deployment's front. */
export interface Front {
  /** The deployment's public origin (KEYSTONE_ORIGIN), or empty: then the one that a call came to. */
  origin: string;
  /** What the distribution shows to be believed (EDGE_KEY), or empty where there is none. */
  edgeKey: string;
}

export function callFrom(event: APIGatewayProxyEventV2, { origin, edgeKey }: Front): Call {
  const { http } = event.requestContext;
  const headers = event.headers;
  return {
    method: http.method.toUpperCase(),
    path: pathBelowApi(event.rawPath),
    query: new URLSearchParams(event.rawQueryString),
    headers,
    cookies: cookiesOf(event.cookies ?? []),
    body: Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8'),
    remote: viewerAddress(headers, http.sourceIp, edgeKey),
    origin: origin === '' ? originOf(headers) : origin.replace(/\/+$/, ''),
    cid: cidSchema.parse(headers[CID_HEADER]),
  };
}

function pathBelowApi(rawPath: string): string {
  const below = rawPath.startsWith('/api/') ? rawPath.slice('/api'.length) : rawPath;
  return below.endsWith('/') ? below : `${below}/`;
}

function cookiesOf(pairs: readonly string[]): Map<string, string> {
  const cookies = new Map<string, string>();
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    if (at > 0) cookies.set(pair.slice(0, at).trim(), pair.slice(at + 1).trim());
  }
  return cookies;
}

const loopback = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/;

/** http only where the call came to this machine: API Gateway takes no such Host, so nobody can ask for it there. */
function originOf(headers: Call['headers']): string {
  const host = headers['host'] ?? '';
  const plain = loopback.test(host) && headers['x-forwarded-proto'] !== 'https';
  return `${plain ? 'http' : 'https'}://${host}`;
}

/**
 * For a function of one path: API Gateway sends it whatever lies below as well, so that a slash at the end is answered.
 *
 * @throws Refusal not-found
 */
export function refuseOtherPaths(call: Call, path: string): void {
  if (call.path !== path) throw notFound();
}

/** The numeric id in a path segment, or undefined where it is none that a record could have. */
export function idFrom(segment: string): number | undefined {
  return /^[1-9]\d{0,14}$/.test(segment) ? Number(segment) : undefined;
}
