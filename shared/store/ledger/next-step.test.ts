import {
  DynamoDBServiceException,
  TransactionCanceledException,
  TransactionInProgressException,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from '@jest/globals';
import { nextStep } from './ledger-writer.ts';

const codes = [
  'None',
  'ConditionalCheckFailed',
  'TransactionConflict',
  'ThrottlingError',
  'ValidationError',
] as const;

/** All mixes of reasons of a given length. */
const mixes = (length: number): string[][] =>
  length === 0 ? [[]] : mixes(length - 1).flatMap((mix) => codes.map((code) => [...mix, code]));

const cancelled = (mix: readonly string[]) =>
  new TransactionCanceledException({
    message: 'cancelled',
    $metadata: {},
    CancellationReasons: mix.map((Code) => ({ Code })),
  });

describe('what a failed transaction asks for', () => {
  it('follows all reasons of a cancellation, in every mix of four', () => {
    const seen = { 'give-up': 0, reread: 0, again: 0 };
    for (const mix of mixes(4)) {
      const step = nextStep(cancelled(mix));
      seen[step] += 1;
      const has = (...wanted: string[]) => mix.some((code) => wanted.includes(code));
      const expected = has('ThrottlingError', 'ValidationError')
        ? 'give-up'
        : has('ConditionalCheckFailed')
          ? 'reread'
          : has('TransactionConflict')
            ? 'again'
            : 'give-up';
      expect({ mix, step }).toEqual({ mix, step: expected });
    }
    // 5^4 - 3^4 hold a throttle or a refusal, and one mix holds no reason at all.
    expect(seen).toEqual({ 'give-up': 545, reread: 65, again: 15 });
  });

  it('gives up where a cancellation names no reasons', () => {
    expect(nextStep(new TransactionCanceledException({ message: 'cancelled', $metadata: {} }))).toBe(
      'give-up',
    );
  });

  it.each([
    ['a timeout', new Error('timeout')],
    ['a fault of the service', serviceError('InternalServerError', 'server')],
    ['a transaction still under way', new TransactionInProgressException({ message: '', $metadata: {} })],
  ])('looks again at what stands after %s, which may have been committed', (_, error) => {
    expect(nextStep(error)).toBe('reread');
  });

  it.each(['ValidationException', 'ThrottlingException', 'AccessDeniedException'])(
    'gives up on %s',
    (name) => {
      expect(nextStep(serviceError(name, 'client'))).toBe('give-up');
    },
  );
});

function serviceError(name: string, $fault: 'client' | 'server') {
  return new DynamoDBServiceException({ name, $fault, message: name, $metadata: {} });
}
