import {
  BatchGetItemCommand,
  DynamoDBClient,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { ConflictError } from './errors.ts';
import { postCharges } from '../ledger/ledger-writer.ts';
import { testSources } from '../testing/test-sources.ts';
import { charge } from '../testing/usage-records.ts';
import { transact } from './transact.ts';

const codes = [
  'None',
  'ConditionalCheckFailed',
  'TransactionConflict',
  'ThrottlingError',
  'ValidationError',
] as const;
type Code = (typeof codes)[number];

const mixesOf = (length: number): Code[][] =>
  length === 0 ? [[]] : mixesOf(length - 1).flatMap((mix) => codes.map((code) => [...mix, code]));
const mixes = [1, 2, 3, 4].flatMap(mixesOf);

const cancelled = (mix: readonly Code[]) =>
  new TransactionCanceledException({
    message: 'cancelled',
    $metadata: {},
    CancellationReasons: mix.map((Code) => ({ Code })),
  });

/** What waiting does not mend decides, then what has to be read again, then what passes. */
function meaningOf(mix: readonly Code[]): 'refused' | 'changed' | 'busy' {
  if (mix.some((code) => code === 'ThrottlingError' || code === 'ValidationError')) return 'refused';
  if (mix.includes('ConditionalCheckFailed')) return 'changed';
  return mix.includes('TransactionConflict') ? 'busy' : 'refused';
}

const store = new DynamoDBClient({ region: 'eu-west-1' });
const client = mockClient(store);
beforeEach(() => {
  client.reset();
});

describe('a transaction that is cancelled', () => {
  it('is a conflict where nothing but conditions and other transactions stood in its way, in every mix up to four', async () => {
    for (const mix of mixes) {
      const error = cancelled(mix);
      client.reset();
      client.on(TransactWriteItemsCommand).rejects(error);
      const thrown: unknown = await transact(store, [], 'token').catch((reason: unknown) => reason);
      const isConflict = thrown instanceof ConflictError;
      expect({ mix, isConflict }).toEqual({ mix, isConflict: meaningOf(mix) !== 'refused' });
      if (!isConflict) expect(thrown).toBe(error);
    }
    expect(mixes.length).toBe(5 + 25 + 125 + 625);
  });
});

/** Calls that the ledger writer makes: of transactions, and of reads. */
const calls = {
  refused: { sent: 1, read: 1 },
  busy: { sent: 2, read: 1 },
  changed: { sent: 2, read: 2 },
};

describe('the ledger writer, whose transaction is cancelled', () => {
  it('gives up, sends the same again, or reads again, in every mix up to four', async () => {
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
