import { createHash, createHmac } from 'node:crypto';

/** What a signature is good for. */
export type Scope = { accessKeyId: string; day: string; region: string; service: string };

/** A request in the parts that a signature covers; `path` and `query` as they came over the wire. */
export type SignedRequest = {
  method: string;
  path: string;
  query: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  signedHeaders: readonly string[];
  /** Hash of the body as the request gives it, or `UNSIGNED-PAYLOAD`. */
  payloadHash: string;
};

export const algorithm = 'AWS4-HMAC-SHA256';

const hash = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();

/** Everything but unreserved characters is escaped, as RFC 3986 has it. */
const escape = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

/** Reads `keyId/day/region/service/aws4_request`. */
export function readScope(credential: string): Scope | undefined {
  const parts = credential.split('/');
  const [accessKeyId, day, region, service, end] = parts;
  if (parts.length !== 5 || !accessKeyId || !day || !region || !service || end !== 'aws4_request')
    return undefined;
  return { accessKeyId, day, region, service };
}

/** The signature of a request (AWS Signature Version 4, in the form of S3, which escapes paths once). */
export function signatureOf(request: SignedRequest, scope: Scope, secret: string, at: string): string {
  const { day, region, service } = scope;
  const text = [algorithm, at, `${day}/${region}/${service}/aws4_request`, hash(canonical(request))].join(
    '\n',
  );
  return signText(text, scope, secret);
}

/** Signs a text as it stands: the last step of a request's signature, and all of a POST policy's. */
export function signText(text: string, { day, region, service }: Scope, secret: string): string {
  const key = hmac(hmac(hmac(hmac(`AWS4${secret}`, day), region), service), 'aws4_request');
  return hmac(key, text).toString('hex');
}

function canonical({ method, path, query, headers, signedHeaders, payloadHash }: SignedRequest): string {
  const lines = signedHeaders.map((name) => `${name}:${valueOf(headers[name])}`);
  const escapedPath = path.split('/').map(reescape).join('/');
  return [
    method,
    escapedPath,
    canonicalQuery(query),
    ...lines,
    '',
    signedHeaders.join(';'),
    payloadHash,
  ].join('\n');
}

const valueOf = (value: string | string[] | undefined) =>
  [value ?? '']
    .flat()
    .map((one) => one.trim().replace(/ +/g, ' '))
    .join(',');

function canonicalQuery(query: string): string {
  return query
    .split('&')
    .filter((pair) => pair !== '' && !pair.startsWith('X-Amz-Signature='))
    .map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return `${reescape(name)}=${reescape(value.join('='))}`;
    })
    .sort()
    .join('&');
}

/** Clients escape more or less than they need; what is signed is escaped exactly. */
function reescape(text: string): string {
  try {
    return escape(decodeURIComponent(text));
  } catch {
    return escape(text);
  }
}
