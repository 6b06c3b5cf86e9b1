import type { IncomingHttpHeaders } from 'node:http';
import type { buildApp } from 'fauxqs';
import type { Authorise } from '../../roles/role.ts';
import type { BucketStore } from '../fauxqs/fauxqs-parts.ts';
import { bucketRights, objectArn } from './bucket-rights.ts';
import type { Right } from './bucket-rights.ts';
import { allowCrossOrigin } from './cross-origin.ts';
import type { CorsRule } from './cross-origin.ts';
import { checkForm, readForm } from './post-policy.ts';
import { checkPreconditions } from './preconditions.ts';
import { S3Error } from './s3-error.ts';
import { checkSignature } from './signature-check.ts';
import type { SignatureSettings } from './signature-check.ts';

type App = ReturnType<typeof buildApp>;
type Request = {
  method: string;
  url: string;
  originalUrl: string;
  headers: IncomingHttpHeaders;
  body: unknown;
};

export type BucketChecks = {
  store: BucketStore;
  signatures: SignatureSettings;
  authorise: Authorise | undefined;
  /** CORS rules by bucket. */
  cors: ReadonlyMap<string, readonly CorsRule[]>;
};

/** Puts before fauxqs's handlers what S3 checks and it does not: who asks, whether they may, and on what conditions. */
export function addBucketChecks(app: App, checks: BucketChecks): void {
  app.setErrorHandler((error, _request, reply) => {
    if (!(error instanceof S3Error)) throw error;
    void reply.status(error.status).header('content-type', 'application/xml').send(error.xml);
  });
  addCrossOrigin(app, checks);
  app.addHook('preHandler', async (request) => {
    if (request.method === 'OPTIONS') return;
    const { accessKeyId, rights } = await identify(request, checks.signatures);
    for (const { action, resource } of rights) {
      const decision = checks.authorise?.({ accessKeyId, service: 's3', action, resources: [resource] });
      if (decision && !decision.allowed) throw new S3Error('AccessDenied', decision.message);
    }
  });
  app.addHook('preHandler', (request, _reply, done) => {
    const { bucket, key } = placeOf(request.url);
    const writes = request.method === 'PUT' || request.method === 'POST';
    if (writes && key !== '') checkPreconditions(checks.store, bucket, key, request.headers);
    done();
  });
}

async function identify(
  request: Request,
  signatures: SignatureSettings,
): Promise<{ accessKeyId: string; rights: Right[] }> {
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const { bucket, key } = placeOf(request.url);
  const contentType = request.headers['content-type'] ?? '';
  if (request.method === 'POST' && key === '' && contentType.startsWith('multipart/form-data')) {
    const form = await readForm(body, contentType);
    const accessKeyId = checkForm(bucket, form, signatures);
    return {
      accessKeyId,
      rights: [{ action: 's3:PutObject', resource: objectArn(bucket, form.fields.get('key') ?? '') }],
    };
  }
  // The address as it was signed: what fauxqs sees has the bucket moved from the host into the path.
  const [path = '/', query = ''] = request.originalUrl.split('?');
  const { method, headers } = request;
  const accessKeyId = checkSignature({ method, path, query, headers, body }, signatures);
  const source = headers['x-amz-copy-source'];
  const copySource = typeof source === 'string' ? decodeURIComponent(source).replace(/^\//, '') : undefined;
  const parameters = new URLSearchParams(query);
  return { accessKeyId, rights: bucketRights({ method, bucket, key, query: parameters, copySource, body }) };
}

function addCrossOrigin(app: App, { cors }: BucketChecks): void {
  const rulesOf = (url: string) => cors.get(placeOf(url).bucket) ?? [];
  app.options('/*', (request, reply) => {
    const asked = {
      origin: String(request.headers.origin),
      method: String(request.headers['access-control-request-method']),
      headers: (request.headers['access-control-request-headers'] ?? '')
        .split(/,\s*/)
        .filter((name) => name !== ''),
    };
    const allowed = allowCrossOrigin(rulesOf(request.url), asked);
    if (!allowed) throw new S3Error('AccessDenied', 'CORSResponse: This CORS request is not allowed.');
    return reply.status(200).headers(allowed).send();
  });
  app.addHook('onSend', (request, reply, _payload, done) => {
    const { origin } = request.headers;
    const allowed =
      origin !== undefined && request.method !== 'OPTIONS'
        ? allowCrossOrigin(rulesOf(request.url), { origin, method: request.method, headers: [] })
        : undefined;
    if (allowed) void reply.headers(allowed);
    done();
  });
}

function placeOf(url: string): { bucket: string; key: string } {
  const path = url.split('?')[0] ?? '/';
  const [, bucket = '', ...key] = path.split('/');
  return { bucket: decodeURIComponent(bucket), key: decodeURIComponent(key.join('/')) };
}
