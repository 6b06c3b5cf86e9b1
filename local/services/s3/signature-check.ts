import { createHash, timingSafeEqual } from 'node:crypto';
import { region } from '../../roles/address.ts';
import { secretFor } from '../../roles/credentials.ts';
import { S3Error } from './s3-error.ts';
import { algorithm, readScope, signatureOf } from './signing.ts';
import type { Scope, SignedRequest } from './signing.ts';

/** A request as it came over the wire, before anything is decoded. */
export type WireRequest = Pick<SignedRequest, 'method' | 'path' | 'query' | 'headers'> & { body: Buffer };

export type SignatureSettings = {
  clock: () => number;
  secret: (accessKeyId: string) => string;
  region: string;
};

export const localSignatures = (clock: () => number): SignatureSettings => ({
  clock,
  secret: secretFor,
  region,
});

const mostSkewMs = 15 * 60_000;
const longestExpiry = 7 * 86_400;
/** The body of such a request is not covered by its signature, or by signatures inside itself. */
const unhashed = /^(UNSIGNED-PAYLOAD|STREAMING-[A-Z0-9-]+)$/;

/**
 * Checks the signature of a request, in its `Authorization` header or in its address.
 *
 * @returns the access key id that signed it
 */
export function checkSignature(request: WireRequest, settings: SignatureSettings): string {
  const parameters = new URLSearchParams(request.query);
  if (parameters.has('X-Amz-Signature')) return checkAddress(request, parameters, settings);
  if (request.headers['authorization'] === undefined) throw new S3Error('AccessDenied', 'Access Denied');
  return checkHeader(request, settings);
}

function checkHeader(request: WireRequest, settings: SignatureSettings): string {
  const parts =
    /^AWS4-HMAC-SHA256 +Credential=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]{64})$/.exec(
      String(request.headers['authorization']),
    );
  const [, credential = '', names = '', signature = ''] = parts ?? [];
  const scope = checkScope(credential, settings, 'AuthorizationHeaderMalformed');
  const at = String(request.headers['x-amz-date']);
  if (Math.abs(timeOf(at) - settings.clock()) > mostSkewMs)
    throw new S3Error(
      'RequestTimeTooSkewed',
      'The difference between the request time and the current time is too large.',
    );
  const payloadHash = String(request.headers['x-amz-content-sha256']);
  const signed = { ...request, signedHeaders: checkNames(request, names), payloadHash };
  compare(signature, signatureOf(signed, scope, settings.secret(scope.accessKeyId), at));
  if (!unhashed.test(payloadHash) && createHash('sha256').update(request.body).digest('hex') !== payloadHash)
    throw new S3Error(
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' header does not match the body.",
    );
  return scope.accessKeyId;
}

function checkAddress(
  request: WireRequest,
  parameters: URLSearchParams,
  settings: SignatureSettings,
): string {
  const wrong = 'AuthorizationQueryParametersError';
  if (parameters.get('X-Amz-Algorithm') !== algorithm)
    throw new S3Error(wrong, `X-Amz-Algorithm only supports "${algorithm}"`);
  const scope = checkScope(parameters.get('X-Amz-Credential') ?? '', settings, wrong);
  const at = parameters.get('X-Amz-Date') ?? '';
  const seconds = Number(parameters.get('X-Amz-Expires'));
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > longestExpiry)
    throw new S3Error(wrong, `X-Amz-Expires must be between 1 and ${String(longestExpiry)} seconds`);
  const from = timeOf(at);
  if (from - settings.clock() > mostSkewMs) throw new S3Error('AccessDenied', 'Request is not yet valid');
  if (settings.clock() >= from + seconds * 1000) throw new S3Error('AccessDenied', 'Request has expired');
  const signedHeaders = checkNames(request, parameters.get('X-Amz-SignedHeaders') ?? '');
  const signed = { ...request, signedHeaders, payloadHash: 'UNSIGNED-PAYLOAD' };
  compare(
    parameters.get('X-Amz-Signature') ?? '',
    signatureOf(signed, scope, settings.secret(scope.accessKeyId), at),
  );
  return scope.accessKeyId;
}

/** Reads a credential and checks that it is for S3, here. */
export function checkScope(
  credential: string,
  settings: SignatureSettings,
  code: 'AuthorizationHeaderMalformed' | 'AuthorizationQueryParametersError',
): Scope {
  const scope = readScope(credential);
  if (!scope)
    throw new S3Error(
      code,
      `The credential "${credential}" is malformed; expecting "<key>/YYYYMMDD/REGION/s3/aws4_request".`,
    );
  if (scope.service !== 's3' || scope.region !== settings.region)
    throw new S3Error(
      code,
      `The credential is for ${scope.service} in ${scope.region}; expecting s3 in ${settings.region}.`,
    );
  return scope;
}

/** Compares without telling by its time how much was right. */
export function compare(given: string, expected: string): void {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  if (a.length !== b.length || !timingSafeEqual(a, b))
    throw new S3Error(
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    );
}

/** Milliseconds of a time like 20260102T030405Z. */
export function timeOf(at: string): number {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(at);
  if (!parts)
    throw new S3Error('AccessDenied', 'AWS authentication requires a valid Date or x-amz-date header');
  const [, year, month, day, hour, minute, second] = parts.map(Number);
  return Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second);
}

/** The host and whatever speaks to S3 must be covered, or it could be changed on the way. */
function checkNames({ headers }: WireRequest, names: string): string[] {
  const signed = names.split(';').filter((name) => name !== '');
  const open = ['host', ...Object.keys(headers).filter((name) => name.startsWith('x-amz-'))];
  const missing = open.filter((name) => !signed.includes(name));
  if (missing.length === 0) return signed;
  throw new S3Error(
    'AccessDenied',
    `There were headers present in the request which were not signed: ${missing.join(', ')}`,
  );
}
