import { expect, it } from '@jest/globals';
import { commitsIn } from './commit-attempts.ts';

it('counts commits and attempts of every invocation in a log', () => {
  const log = [
    '{"level":"INFO","message":"usage"}',
    '{"service":"ledger","CommitAttempts":[1,3],"ChargesPosted":[84,84]}',
    '{"service":"ledger","CommitAttempts":1,"ChargesPosted":12}',
    '',
  ].join('\n');
  expect(commitsIn(log)).toEqual({ commits: 3, attempts: 5 });
  expect(commitsIn('')).toEqual({ commits: 0, attempts: 0 });
});
