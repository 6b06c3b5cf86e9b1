import {
  BatchGetItemCommand,
  DynamoDBClient,
  DynamoDBServiceException,
  TransactionCanceledException,
  TransactionInProgressException,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { cancelled, meaningOf, mixes } from '../testing/cancellations.ts';
import { testSources } from '../testing/test-sources.ts';
import { charge } from '../testing/usage-records.ts';
import { nextStep, postCharges } from './ledger-writer.ts';

const steps = { refused: 'give-up', busy: 'again', changed: 'reread' } as const;

describe('what a failed transaction asks for', () => {
  it('follows all reasons of a cancellation, in every mix up to four', () => {
    const seen = { 'give-up': 0, reread: 0, again: 0 };
    for (const mix of mixes) {
      const step = nextStep(cancelled(mix));
      if (mix.length === 4) seen[step] += 1;
      expect({ mix, step }).toEqual({ mix, step: steps[meaningOf(mix)] });
    }
    // Of four, 5^4 - 3^4 hold a throttle or a refusal, and one mix holds no reason at all.
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

/** Calls that the ledger writer makes: of transactions, and of reads. */
const calls = {
  refused: { sent: 1, read: 1 },
  busy: { sent: 2, read: 1 },
  changed: { sent: 2, read: 2 },
};

describe('the ledger writer, whose transaction is cancelled', () => {
  it('gives up, sends the same again, or reads again, in every mix up to four', async () => {
    const store = new DynamoDBClient({ region: 'eu-west-1' });
    const client = mockClient(store);
    const sources = { ...testSources(), pause: async () => undefined };
    for (const mix of mixes) {
      client.reset();
      client.on(BatchGetItemCommand).resolves({});
      client.on(TransactWriteItemsCommand).rejectsOnce(cancelled(mix)).resolves({});
      const posting = postCharges({ ledger: { client: store, table: 'ledger' }, sources }, [charge()]);
      const isRefused = await posting.then(
        () => false,
        () => true,
      );
      const sent = client.commandCalls(TransactWriteItemsCommand).length;
      const read = client.commandCalls(BatchGetItemCommand).length;
      const meaning = meaningOf(mix);
      expect({ mix, isRefused, sent, read }).toEqual({
        mix,
        isRefused: meaning === 'refused',
        ...calls[meaning],
      });
    }
  });
});
