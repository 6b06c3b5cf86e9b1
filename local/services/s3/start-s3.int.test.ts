import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectsCommand,
  GetBucketTaggingCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { region } from '../../roles/address.ts';
import { secretFor } from '../../roles/credentials.ts';
import { createRoleCheck } from '../../roles/role-check.ts';
import { adminAccessKeyId } from '../../roles/role.ts';
import { algorithm, readScope, signatureOf, signText } from './signing.ts';
import { startS3 } from './start-s3.ts';
import type { LocalS3 } from './start-s3.ts';

const Bucket = 'uploads';
// The SDK follows the server's clock, so the suite goes by the real time; only what the server takes it for is moved.
const started = Date.now();
const at = `${new Date(started).toISOString().replaceAll(/[-:]|\.\d+Z/g, '')}Z`;
const apiKey = 'LOCALAPI';
const { authorise } = createRoleCheck(
  new Map([
    [
      apiKey,
      {
        name: 'api',
        statements: [
          {
            effect: 'Allow' as const,
            actions: ['s3:PutObject', 's3:GetObject', 's3:DeleteObject'],
            resources: [`arn:aws:s3:::${Bucket}/team/*`],
          },
        ],
      },
    ],
  ]),
);

let ahead = 0;
let folder: string;
let s3: LocalS3;
let client: S3Client;
let api: S3Client;
const clientFor = (accessKeyId: string) =>
  new S3Client({
    endpoint: s3.endpoint,
    region,
    credentials: { accessKeyId, secretAccessKey: secretFor(accessKeyId) },
    maxAttempts: 1,
  });
async function start(): Promise<void> {
  const rule = {
    allowedOrigins: ['http://localhost:3000'],
    allowedMethods: ['PUT'],
    allowedHeaders: ['content-type'],
    exposedHeaders: ['etag'],
    maxAgeSeconds: 60,
  };
  s3 = await startS3({
    dataDir: folder,
    authorise,
    clock: () => Date.now() + ahead,
    cors: new Map([[Bucket, [rule]]]),
  });
  client = clientFor(adminAccessKeyId);
  api = clientFor(apiKey);
}
async function stop(): Promise<void> {
  client.destroy();
  api.destroy();
  await s3.close();
}
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keystone-s3-'));
  await start();
  await client.send(new CreateBucketCommand({ Bucket }));
});
afterAll(async () => {
  await stop();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  ahead = 0;
});

const put = (
  Key: string,
  Body = 'text',
  more: { IfNoneMatch?: string; IfMatch?: string } = {},
  by = client,
) => by.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
const text = async (Key: string) =>
  (await client.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();
const scopeOf = (accessKeyId: string) => `${accessKeyId}/${at.slice(0, 8)}/${region}/s3/aws4_request`;

describe('requests of an SDK', () => {
  it('are verified and served, with keys of any characters', async () => {
    await put("team/a b+c'(ü).txt", 'hello');
    expect(await text("team/a b+c'(ü).txt")).toBe('hello');
  });

  it('are refused under a wrong secret', async () => {
    const credentials = { accessKeyId: adminAccessKeyId, secretAccessKey: 'wrong' };
    const thief = new S3Client({ endpoint: s3.endpoint, region, credentials, maxAttempts: 1 });
    await expect(put('a', 'a', {}, thief)).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
    thief.destroy();
  });

  it('keep objects over a restart', async () => {
    await put('kept', 'kept');
    await stop();
    await start();
    expect(await text('kept')).toBe('kept');
  });

  it('are refused for parts of S3 that are not served', async () => {
    await expect(client.send(new GetBucketTaggingCommand({ Bucket }))).rejects.toMatchObject({
      name: 'NotImplemented',
    });
  });
});

describe('conditional writes', () => {
  it('create an object only where there is none, however many try', async () => {
    const attempts = Array.from({ length: 10 }, (_, n) => put('once', String(n), { IfNoneMatch: '*' }));
    const results = await Promise.allSettled(attempts);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    for (const reason of refused) expect(reason).toMatchObject({ name: 'PreconditionFailed' });
  });

  it('replace an object only in the version they name', async () => {
    const { ETag = '' } = await put('version', 'one');
    await put('version', 'two', { IfMatch: ETag });
    await expect(put('version', 'three', { IfMatch: ETag })).rejects.toMatchObject({
      name: 'PreconditionFailed',
    });
    await expect(put('nothing', 'one', { IfMatch: ETag })).rejects.toMatchObject({ name: 'NoSuchKey' });
    expect(await text('version')).toBe('two');
  });
});

describe('roles', () => {
  it('limit a function to the objects that its role names', async () => {
    await put('team/own', 'own', {}, api);
    await put('other/secret');
    const denied = { name: 'AccessDenied' };
    await expect(put('other/own', 'own', {}, api)).rejects.toMatchObject(denied);
    await expect(api.send(new ListObjectsV2Command({ Bucket }))).rejects.toMatchObject(denied);
    const copy = new CopyObjectCommand({ Bucket, Key: 'team/copy', CopySource: `${Bucket}/other/secret` });
    await expect(api.send(copy)).rejects.toMatchObject(denied);
    const Delete = { Objects: [{ Key: 'team/own' }, { Key: 'other/secret' }] };
    await expect(api.send(new DeleteObjectsCommand({ Bucket, Delete }))).rejects.toMatchObject(denied);
    expect(await text('other/secret')).toBe('text');
  });
});

describe('presigned addresses', () => {
  const presign = (method: string, key: string, expires = 60, accessKeyId = apiKey) => {
    const path = `/${Bucket}/${key}`;
    const host = new URL(s3.endpoint).host;
    const query = new URLSearchParams({
      'X-Amz-Algorithm': algorithm,
      'X-Amz-Credential': scopeOf(accessKeyId),
      'X-Amz-Date': at,
      'X-Amz-Expires': String(expires),
      'X-Amz-SignedHeaders': 'host',
    }).toString();
    const scope = readScope(scopeOf(accessKeyId));
    if (!scope) throw new Error('malformed scope');
    const request = {
      method,
      path,
      query,
      headers: { host },
      signedHeaders: ['host'],
      payloadHash: 'UNSIGNED-PAYLOAD',
    };
    const signature = signatureOf(request, scope, secretFor(accessKeyId), at);
    return `${s3.endpoint}${path}?${query}&X-Amz-Signature=${signature}`;
  };

  it('let a browser write and read one object for a while', async () => {
    const sent = await fetch(presign('PUT', 'team/browser'), { method: 'PUT', body: 'from a browser' });
    expect(sent.status).toBe(200);
    expect(await (await fetch(presign('GET', 'team/browser'))).text()).toBe('from a browser');
    ahead = 60_000;
    const late = await fetch(presign('GET', 'team/browser'));
    expect(late.status).toBe(403);
    expect(await late.text()).toContain('Request has expired');
  });

  it('are good for no other object or method, and for nothing that the signer may not do', async () => {
    const address = presign('GET', 'team/browser');
    expect((await fetch(address.replace('team/browser', 'team/own'))).status).toBe(403);
    expect((await fetch(address, { method: 'PUT', body: 'x' })).status).toBe(403);
    expect((await fetch(presign('GET', 'other/secret'))).status).toBe(403);
  });
});

describe('uploads by a form', () => {
  const post = async (
    fields: Record<string, string>,
    file = 'file',
    changed: Record<string, string> = {},
  ) => {
    const policy = Buffer.from(
      JSON.stringify({
        expiration: new Date(started + 600_000).toISOString(),
        conditions: [
          { bucket: Bucket },
          ['starts-with', '$key', 'team/'],
          ['eq', '$Content-Type', 'text/plain'],
          ['content-length-range', 1, 10],
          { 'x-amz-algorithm': algorithm },
          { 'x-amz-credential': scopeOf(apiKey) },
          { 'x-amz-date': at },
        ],
      }),
    ).toString('base64');
    const scope = readScope(scopeOf(apiKey));
    if (!scope) throw new Error('malformed scope');
    const form = new FormData();
    const all = {
      'Content-Type': 'text/plain',
      ...fields,
      policy,
      'x-amz-algorithm': algorithm,
      'x-amz-credential': scopeOf(apiKey),
      'x-amz-date': at,
      'x-amz-signature': signText(policy, scope, secretFor(apiKey)),
      ...changed,
    };
    for (const [name, value] of Object.entries(all)) form.append(name, value);
    form.append('file', new Blob([file]), 'name.txt');
    const answer = await fetch(`${s3.endpoint}/${Bucket}`, { method: 'POST', body: form });
    return { status: answer.status, body: await answer.text() };
  };

  it('are stored where they are what the policy allows', async () => {
    expect((await post({ key: 'team/${filename}' })).status).toBe(204);
    expect(await text('team/name.txt')).toBe('file');
  });

  it.each([
    ['under another key', { key: 'other/x' }, 'x', {}, 403, 'starts-with'],
    ['as another type', { key: 'team/x', 'Content-Type': 'text/html' }, 'x', {}, 403, 'Content-Type'],
    ['with more fields', { key: 'team/x', 'x-amz-meta-a': 'b' }, 'x', {}, 403, 'Extra input fields'],
    ['that are too large', { key: 'team/x' }, 'x'.repeat(11), {}, 400, 'EntityTooLarge'],
    ['that are empty', { key: 'team/x' }, '', {}, 400, 'EntityTooSmall'],
    [
      'under a wrong signature',
      { key: 'team/x' },
      'x',
      { 'x-amz-signature': 'f'.repeat(64) },
      403,
      'SignatureDoesNotMatch',
    ],
  ])('are refused %s', async (_name, fields, file, changed, status, words) => {
    const answer = await post(fields, file, changed);
    expect(answer.status).toBe(status);
    expect(answer.body).toContain(words);
    await expect(text('team/x')).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('are refused when the policy has expired', async () => {
    ahead = 600_000;
    expect((await post({ key: 'team/late' })).body).toContain('Policy expired');
  });
});

describe('browsers from elsewhere', () => {
  const ask = (origin: string, method: string) =>
    fetch(`${s3.endpoint}/${Bucket}/team/x`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': method,
        'access-control-request-headers': 'content-type',
      },
    });

  it('may come from the origins and with the methods that the bucket names', async () => {
    const answer = await ask('http://localhost:3000', 'PUT');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('access-control-allow-origin')).toBe('http://localhost:3000');
    expect(answer.headers.get('access-control-expose-headers')).toBe('etag');
    expect((await ask('http://elsewhere', 'PUT')).status).toBe(403);
    expect((await ask('http://localhost:3000', 'DELETE')).status).toBe(403);
  });

  it('can read the answer to the request itself, a refusal too', async () => {
    const headers = { origin: 'http://localhost:3000' };
    const refused = await fetch(`${s3.endpoint}/${Bucket}/team/x`, { method: 'PUT', body: 'x', headers });
    expect(refused.status).toBe(403);
    expect(refused.headers.get('access-control-allow-origin')).toBe('http://localhost:3000');
  });
});
