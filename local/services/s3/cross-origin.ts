import { wildcard } from '../../roles/wildcard.ts';

/** A rule of a bucket's CORS configuration. */
export type CorsRule = {
  allowedOrigins: string[];
  allowedMethods: string[];
  allowedHeaders?: string[];
  exposedHeaders?: string[];
  maxAgeSeconds?: number;
};

/** What a browser asks, itself or before a request: from where, by which method, with which headers. */
export type CrossOriginRequest = { origin: string; method: string; headers: string[] };

/** The headers of an answer that lets a browser go on, or undefined where no rule of the bucket does. */
export function allowCrossOrigin(
  rules: readonly CorsRule[],
  { origin, method, headers }: CrossOriginRequest,
): Record<string, string> | undefined {
  const rule = rules.find(
    ({ allowedOrigins, allowedMethods, allowedHeaders = [] }) =>
      allowedMethods.includes(method) &&
      allowedOrigins.some((pattern) => wildcard(pattern).test(origin)) &&
      headers.every((header) => allowedHeaders.some((pattern) => wildcard(pattern, 'i').test(header))),
  );
  if (!rule) return undefined;
  const { allowedOrigins, allowedMethods, exposedHeaders, maxAgeSeconds } = rule;
  return {
    'access-control-allow-origin': allowedOrigins.includes('*') ? '*' : origin,
    'access-control-allow-methods': allowedMethods.join(', '),
    vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
    ...(headers.length > 0 && { 'access-control-allow-headers': headers.join(', ') }),
    ...(exposedHeaders && { 'access-control-expose-headers': exposedHeaders.join(', ') }),
    ...(maxAgeSeconds !== undefined && { 'access-control-max-age': String(maxAgeSeconds) }),
  };
}
