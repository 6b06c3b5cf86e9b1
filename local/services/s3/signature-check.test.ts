import { describe, expect, it } from '@jest/globals';
import { checkSignature } from './signature-check.ts';
import type { SignatureSettings, WireRequest } from './signature-check.ts';

// The examples of "Authenticating Requests (AWS Signature Version 4)" in the S3 reference.
const noon = Date.UTC(2013, 4, 24);
const settings = (now = noon): SignatureSettings => ({
  clock: () => now,
  secret: () => 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  region: 'us-east-1',
});
const emptyHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const accessKeyId = 'AKIAIOSFODNN7EXAMPLE';
const scope = `${accessKeyId}/20130524/us-east-1/s3/aws4_request`;

const presigned: WireRequest = {
  method: 'GET',
  path: '/test.txt',
  query: [
    'X-Amz-Algorithm=AWS4-HMAC-SHA256',
    `X-Amz-Credential=${encodeURIComponent(scope)}`,
    'X-Amz-Date=20130524T000000Z',
    'X-Amz-Expires=86400',
    'X-Amz-SignedHeaders=host',
    'X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
  ].join('&'),
  headers: { host: 'examplebucket.s3.amazonaws.com' },
  body: Buffer.alloc(0),
};
const signed: WireRequest = {
  method: 'GET',
  path: '/test.txt',
  query: '',
  headers: {
    host: 'examplebucket.s3.amazonaws.com',
    range: 'bytes=0-9',
    'x-amz-content-sha256': emptyHash,
    'x-amz-date': '20130524T000000Z',
    authorization:
      `AWS4-HMAC-SHA256 Credential=${scope},SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,` +
      'Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  },
  body: Buffer.alloc(0),
};

describe('a presigned address', () => {
  it('says whose it is', () => {
    expect(checkSignature(presigned, settings())).toBe(accessKeyId);
  });

  it.each([
    ['another object', { path: '/test2.txt' }],
    ['another method', { method: 'PUT' }],
    ['a longer time', { query: presigned.query.replace('86400', '604800') }],
    ['another parameter', { query: `${presigned.query}&versionId=1` }],
    ['another host', { headers: { host: 'other.s3.amazonaws.com' } }],
  ])('is not good for %s', (_name, change) => {
    expect(() => checkSignature({ ...presigned, ...change }, settings())).toThrow(/does not match/);
  });

  it('is good until it expires', () => {
    expect(checkSignature(presigned, settings(noon + 86_399_999))).toBe(accessKeyId);
    expect(() => checkSignature(presigned, settings(noon + 86_400_000))).toThrow('Request has expired');
    expect(() => checkSignature(presigned, settings(noon - 16 * 60_000))).toThrow('not yet valid');
  });

  it('does not cover headers to S3 that were added to it', () => {
    const headers = { ...presigned.headers, 'x-amz-meta-owner': 'me' };
    expect(() => checkSignature({ ...presigned, headers }, settings())).toThrow(
      /not signed: x-amz-meta-owner/,
    );
  });
});

describe('a signed request', () => {
  it('says whose it is', () => {
    expect(checkSignature(signed, settings())).toBe(accessKeyId);
  });

  it('is refused with another body than was signed', () => {
    expect(() => checkSignature({ ...signed, body: Buffer.from('x') }, settings())).toThrow(
      /x-amz-content-sha256/,
    );
  });

  it('is refused a quarter of an hour early or late', () => {
    expect(() => checkSignature(signed, settings(noon + 901_000))).toThrow(/too large/);
    expect(() => checkSignature(signed, settings(noon - 901_000))).toThrow(/too large/);
  });

  it('is refused for another region', () => {
    expect(() => checkSignature(signed, { ...settings(), region: 'eu-west-1' })).toThrow(
      /expecting s3 in eu-west-1/,
    );
  });
});

it('refuses a request that nobody signed', () => {
  expect(() => checkSignature({ ...signed, headers: { host: 'h' } }, settings())).toThrow('Access Denied');
});
