import { describe, expect, it } from '@jest/globals';
import { fakeApi, refusal } from '../../testing/fake-api.ts';
import { aRequest } from '../../testing/records.ts';
import { createSubmission, IncompleteRequest, type RequestDraft } from './send-request.ts';

const REQUEST = 'POST /allocations/requests/';
const ALLOCATION = 'POST /allocations/allocations/';

const draft: RequestDraft = {
  team: 10,
  title: 'Basis sets',
  description: 'We compute.',
  amounts: [
    { cluster: 30, requested: 1000 },
    { cluster: 31, requested: 50 },
  ],
};

/** An API whose answers to allocations are given one by one; `undefined` is success. */
function sending(...failures: (Response | Error | undefined)[]) {
  const api = fakeApi({
    [REQUEST]: () => aRequest({ id: 77 }),
    [ALLOCATION]: () => {
      const failure = failures.shift();
      if (failure instanceof Error) throw failure;
      return failure ?? {};
    },
  });
  let key = 0;
  return { api, send: createSubmission(api.client, () => `key-${++key}`) };
}

const keysOf = (calls: { headers: Headers }[]) => calls.map(({ headers }) => headers.get('Idempotency-Key'));

describe('sending a request', () => {
  it('sends the request, then each cluster', async () => {
    const { api, send } = sending();
    expect(await send(draft)).toBe(77);
    expect(api.asked).toEqual([REQUEST, ALLOCATION, ALLOCATION]);
    expect(api.calls(ALLOCATION).map(({ body }) => body)).toEqual([
      { request: 77, cluster: 30, requested: 1000 },
      { request: 77, cluster: 31, requested: 50 },
    ]);
  });

  it('says what is missing when a cluster fails, and goes on from there', async () => {
    const { api, send } = sending(undefined, refusal(500, 'Something broke.'));
    const error = await send(draft).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(IncompleteRequest);
    expect(error).toMatchObject({ id: 77, missing: 1, cause: { detail: 'Something broke.' } });
    expect(await send(draft)).toBe(77);
    expect(api.asked).toEqual([REQUEST, ALLOCATION, ALLOCATION, ALLOCATION]);
    expect(api.calls(ALLOCATION)[2]?.body).toMatchObject({ cluster: 31 });
  });

  it('repeats a step under its key, so that a lost answer makes nothing twice', async () => {
    const { api, send } = sending(new Error('connection lost'));
    await send(draft).catch(() => undefined);
    await send(draft);
    const keys = keysOf(api.calls(ALLOCATION));
    expect(keys[0]).toBe(keys[1]);
    expect(keys[2]).not.toBe(keys[1]);
  });

  it('takes another key for a request that was corrected', async () => {
    let refused = true;
    const api = fakeApi({
      [REQUEST]: () => (refused ? refusal(400, 'The title is too long.') : aRequest()),
      [ALLOCATION]: () => ({}),
    });
    let key = 0;
    const send = createSubmission(api.client, () => `key-${++key}`);
    await expect(send(draft)).rejects.toThrow('The title is too long.');
    refused = false;
    await send({ ...draft, title: 'Shorter' });
    expect(keysOf(api.calls(REQUEST))).toEqual(['key-1', 'key-2']);
  });
});
