import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { earlySessionScript, fetchWithEarlySession } from './early-session.ts';

const asked = jest.fn<typeof fetch>();
const realFetch = globalThis.fetch;
const run = (script: string) => Reflect.apply(new Function(script), undefined, []);
const session = () => new Request('https://site.test/api/authentication/whoami/');
const answer = (text: string) => new Response(text);
const textOf = async (request: Request) => (await fetchWithEarlySession(request)).text();

beforeEach(() => {
  asked.mockReset();
  globalThis.fetch = asked;
});
afterEach(() => {
  globalThis.fetch = realFetch;
  Reflect.deleteProperty(globalThis, 'keystoneSession');
});

describe('a session that the page asked for early', () => {
  it('answers the first question for it, and no later one', async () => {
    asked.mockResolvedValueOnce(answer('early')).mockResolvedValueOnce(answer('later'));
    run(earlySessionScript);
    expect(asked).toHaveBeenCalledWith('/api/authentication/whoami/');
    await expect(textOf(session())).resolves.toBe('early');
    expect(asked).toHaveBeenCalledTimes(1);
    await expect(textOf(session())).resolves.toBe('later');
  });

  it('is asked for again where the early question failed', async () => {
    asked.mockRejectedValueOnce(new TypeError('away')).mockResolvedValueOnce(answer('later'));
    run(earlySessionScript);
    await expect(textOf(session())).resolves.toBe('later');
  });

  it('leaves every other call alone', async () => {
    asked.mockResolvedValueOnce(answer('early')).mockResolvedValueOnce(answer('teams'));
    run(earlySessionScript);
    await expect(textOf(new Request('https://site.test/api/users/teams/'))).resolves.toBe('teams');
    await expect(textOf(session())).resolves.toBe('early');
  });

  it('is simply asked for on a page that did not', async () => {
    asked.mockResolvedValueOnce(answer('asked'));
    await expect(textOf(session())).resolves.toBe('asked');
  });
});
