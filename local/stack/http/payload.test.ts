import { describe, expect, it } from '@jest/globals';
import { toEvent, type ReceivedRequest } from './payload.ts';

const request = (change: Partial<ReceivedRequest> = {}): ReceivedRequest => ({
  method: 'POST',
  target: '/api/users/users/?a=1&a=2&b=x%20y',
  rawHeaders: [
    'Host',
    '127.0.0.1:8420',
    'Content-Type',
    'application/json',
    'X-Twice',
    '1',
    'x-twice',
    '2',
    'Cookie',
    'a=1; b=2',
  ],
  body: Buffer.from('{"é":1}'),
  remoteAddress: '127.0.0.1',
  ...change,
});
const event = (change: Partial<ReceivedRequest> = {}) =>
  toEvent(
    request(change),
    { routeKey: 'ANY /api/{proxy+}', pathParameters: { proxy: 'users/users/' } },
    new Date(0),
  );

describe('payload 2.0', () => {
  it('joins repeated headers, splits cookies, and keeps the raw query beside the parsed one', () => {
    expect(event()).toMatchObject({
      version: '2.0',
      routeKey: 'ANY /api/{proxy+}',
      rawPath: '/api/users/users/',
      rawQueryString: 'a=1&a=2&b=x%20y',
      queryStringParameters: { a: '1,2', b: 'x y' },
      headers: { host: '127.0.0.1:8420', 'x-twice': '1,2' },
      cookies: ['a=1', 'b=2'],
      body: '{"é":1}',
      isBase64Encoded: false,
      requestContext: { http: { method: 'POST', sourceIp: '127.0.0.1' } },
    });
    expect(event()).not.toHaveProperty('headers.cookie');
  });

  it('decodes the path once', () => {
    expect(event({ target: '/api/a%252Fb/%41' })).toMatchObject({ rawPath: '/api/a%2Fb/A' });
    expect(event({ target: '/api/%zz' })).toMatchObject({ rawPath: '/api/%zz' });
  });

  it('sends bytes as base64', () => {
    const body = Buffer.from([0, 255, 1]);
    expect(event({ rawHeaders: ['Content-Type', 'application/gzip'], body })).toMatchObject({
      body: body.toString('base64'),
      isBase64Encoded: true,
    });
  });
});
