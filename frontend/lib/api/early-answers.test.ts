import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { askEarly, fetchWithEarlyAnswers } from './early-answers.ts';

const asked = jest.fn<typeof fetch>();
const realFetch = globalThis.fetch;
const TEAMS = '/api/users/teams/?_limit=20&id__in=1,2';
const request = (address = TEAMS, method = 'GET') => new Request(`https://site.test${address}`, { method });
const answer = (text: string, status = 200) => new Response(text, { status });
const textOf = async (...call: Parameters<typeof fetchWithEarlyAnswers>) =>
  (await fetchWithEarlyAnswers(...call)).text();

beforeEach(() => {
  asked.mockReset();
  globalThis.fetch = asked;
});
afterEach(() => {
  globalThis.fetch = realFetch;
  Reflect.deleteProperty(globalThis, 'keystoneEarly');
});

describe('an answer that was asked for early', () => {
  it('goes to the first question for its address, and to no later one', async () => {
    asked.mockResolvedValueOnce(answer('early')).mockResolvedValueOnce(answer('later'));
    await askEarly(TEAMS);
    expect(asked).toHaveBeenCalledWith(TEAMS);
    await expect(textOf(request())).resolves.toBe('early');
    expect(asked).toHaveBeenCalledTimes(1);
    await expect(textOf(request())).resolves.toBe('later');
  });

  it('can be read by who asked as well', async () => {
    asked.mockResolvedValueOnce(answer('early'));
    const copy = await askEarly(TEAMS);
    await expect(textOf(request())).resolves.toBe('early');
    await expect(copy?.text()).resolves.toBe('early');
  });

  it('is asked for again where it did not come', async () => {
    asked.mockRejectedValueOnce(new TypeError('away')).mockResolvedValueOnce(answer('later'));
    await expect(askEarly(TEAMS)).resolves.toBeUndefined();
    await expect(textOf(request())).resolves.toBe('later');
  });

  it('may be a refusal, which leads nowhere else', async () => {
    asked.mockResolvedValueOnce(answer('no', 401));
    await expect(askEarly(TEAMS)).resolves.toBeUndefined();
    await expect(fetchWithEarlyAnswers(request())).resolves.toMatchObject({ status: 401 });
  });

  it('is not taken for another address', async () => {
    asked.mockResolvedValueOnce(answer('early')).mockResolvedValueOnce(answer('other'));
    await askEarly(TEAMS);
    await expect(textOf(request('/api/users/teams/?_limit=20'))).resolves.toBe('other');
    await expect(textOf(request())).resolves.toBe('early');
  });

  it('is used neither after a write nor when it is old', async () => {
    asked.mockImplementation(async () => answer('asked'));
    asked.mockResolvedValueOnce(answer('early'));
    await askEarly(TEAMS);
    await fetchWithEarlyAnswers(request('/api/authentication/logout/', 'POST'));
    await expect(textOf(request())).resolves.toBe('asked');
    asked.mockResolvedValueOnce(answer('early'));
    await askEarly(TEAMS);
    await expect(textOf(request(), () => 60_000)).resolves.toBe('asked');
  });
});
