import { describe, expect, it } from '@jest/globals';
import { createKeystoneClient, dataOf, KeystoneProblem, KeystoneUnreachable } from './client.ts';

const baseUrl = 'https://keystone.example.org/api';

const json = (body: unknown, status = 200, type = 'application/json') =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': type } });

/** A client whose calls end in `answer`, and the requests that it sent. */
function recording(answer: (request: Request) => Response | Promise<Response>, timeoutMs?: number) {
  const sent: Request[] = [];
  const client = createKeystoneClient({
    baseUrl,
    csrfToken: () => 'token-of-session',
    fetch: async (request) => {
      sent.push(request);
      return answer(request);
    },
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
  return { client, sent };
}

const refusal = {
  type: 'about:blank',
  title: 'Conflict',
  status: 409,
  detail: 'A team of this name exists.',
  cid: '8f0c8f2e-6f64-4a8b-9df6-3f6f9f0f3f11',
  errors: { name: ['is taken'] },
};

async function failureOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('the client', () => {
  it('sends the CSRF token with unsafe methods only', async () => {
    const { client, sent } = recording(() => json({}));
    await client.GET('/authentication/whoami/');
    await client.POST('/authentication/logout/');
    expect(sent.map((request) => request.headers.get('X-CSRFToken'))).toEqual([null, 'token-of-session']);
  });

  it('gives every call a correlation id, and keeps the one it is given', async () => {
    const { client, sent } = recording(() => json({}));
    await client.GET('/authentication/whoami/');
    await client.GET('/authentication/whoami/');
    await client.GET('/authentication/whoami/', { params: { header: { 'X-KEYSTONE-CID': refusal.cid } } });
    const [first, second, third] = sent.map((request) => request.headers.get('X-KEYSTONE-CID'));
    expect(first).toMatch(/^[0-9a-f-]{36}$/);
    expect(second).not.toBe(first);
    expect(third).toBe(refusal.cid);
  });

  it('joins paths to the base address and lists to one parameter', async () => {
    const { client, sent } = recording(() => json({ count: 0, next: null, previous: null, results: [] }));
    await client.GET('/allocations/requests/', {
      params: { query: { status__in: ['PD', 'CR'], _limit: 5 } },
    });
    expect(sent[0]?.url).toBe(`${baseUrl}/allocations/requests/?status__in=PD,CR&_limit=5`);
  });

  it('throws the problem that the API tells', async () => {
    const { client } = recording(() => json(refusal, 409, 'application/problem+json'));
    const error = await failureOf(client.POST('/users/teams/', { body: { name: 'Chemistry' } }));
    expect(error).toBeInstanceOf(KeystoneProblem);
    expect(error).toMatchObject({
      status: 409,
      detail: refusal.detail,
      cid: refusal.cid,
      errors: refusal.errors,
    });
  });

  it('makes a problem of an answer that is none', async () => {
    const { client } = recording(
      () => new Response('<h1>Bad gateway</h1>', { status: 502, statusText: 'Bad Gateway' }),
    );
    expect(await failureOf(client.GET('/health/'))).toMatchObject({
      name: 'KeystoneProblem',
      status: 502,
      detail: 'Bad Gateway',
      errors: {},
    });
  });

  it('says which server could not be reached', async () => {
    const { client } = recording(() => Promise.reject(new TypeError('fetch failed')));
    const error = await failureOf(client.GET('/health/'));
    expect(error).toBeInstanceOf(KeystoneUnreachable);
    expect(error).toMatchObject({ message: 'keystone.example.org can not be reached.' });
  });

  const untilAborted = (request: Request) =>
    new Promise<Response>((_, reject) => {
      const { signal } = request;
      if (signal.aborted) reject(signal.reason);
      signal.addEventListener('abort', () => reject(signal.reason));
    });

  it('gives up on a server that does not answer in time', async () => {
    const { client } = recording(untilAborted, 1);
    expect(await failureOf(client.GET('/health/'))).toMatchObject({
      message: 'keystone.example.org did not answer within 0.001 s.',
    });
  });

  it('passes on that the caller aborted', async () => {
    const { client } = recording(untilAborted);
    const controller = new AbortController();
    const call = failureOf(client.GET('/health/', { signal: controller.signal }));
    controller.abort(new Error('no longer wanted'));
    expect(await call).toMatchObject({ message: 'no longer wanted' });
  });

  it('hands out the data alone', async () => {
    const { client } = recording(() => json({ status: 'up', parts: { store: 'up' } }));
    expect(await dataOf(client.GET('/health/'))).toEqual({ status: 'up', parts: { store: 'up' } });
  });
});
