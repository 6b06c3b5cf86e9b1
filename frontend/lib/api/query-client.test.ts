import { describe, expect, it, jest } from '@jest/globals';
import { KeystoneProblem } from '@keystone/client/client.ts';
import { createQueryClient } from './query-client.ts';

const problem = (status: number) => new KeystoneProblem({ title: 'No', status, detail: 'No.', cid: 'c' });

/** How often a query is asked that always fails with this, without waiting between the tries. */
async function triesUntilGivenUp(error: Error, onSignedOut = jest.fn()) {
  const queryFn = jest.fn(() => Promise.reject(error));
  const options = { queryKey: ['x'], queryFn, retryDelay: 0 };
  const given = await createQueryClient(onSignedOut)
    .fetchQuery({
      ...options,
      retry: createQueryClient(onSignedOut).getDefaultOptions().queries?.retry ?? false,
    })
    .catch((reason: unknown) => reason);
  expect(given).toBe(error);
  return { tries: queryFn.mock.calls.length, onSignedOut };
}

describe('the query cache', () => {
  it('asks again where there was no answer', async () => {
    expect((await triesUntilGivenUp(new Error('no answer'))).tries).toBe(3);
    expect((await triesUntilGivenUp(problem(503))).tries).toBe(3);
  });

  it('takes a refusal for an answer', async () => {
    expect((await triesUntilGivenUp(problem(404))).tries).toBe(1);
  });

  it('says so when the session is over, and only then', async () => {
    expect((await triesUntilGivenUp(problem(401))).onSignedOut).toHaveBeenCalledTimes(1);
    expect((await triesUntilGivenUp(problem(403))).onSignedOut).not.toHaveBeenCalled();
  });
});
