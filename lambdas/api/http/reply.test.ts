import { describe, expect, it } from '@jest/globals';
import { Refusal } from './refusals.ts';
import { resultOf } from './reply.ts';

/** A list's answer; a quote and a character beyond Latin count for more bytes than they look. */
const answer = (records: number) => ({
  status: 200,
  body: { results: Array(records).fill('一"'.repeat(20_000)) },
});

describe('an answer', () => {
  it('that no function may give for its size is refused with what to ask instead', () => {
    expect(resultOf(answer(40)).statusCode).toBe(200);
    let refusal: unknown;
    try {
      resultOf(answer(50));
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(Refusal);
    expect(refusal).toMatchObject({
      code: 'answer-too-large',
      errors: { _limit: [expect.stringContaining('fewer')] },
    });
  });
});
