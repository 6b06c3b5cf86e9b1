import { DynamoDBClient, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { cancelled, meaningOf, mixes } from '../testing/cancellations.ts';
import { ConflictError } from './errors.ts';
import { transact } from './transact.ts';

const store = new DynamoDBClient({ region: 'eu-west-1' });
const client = mockClient(store);
beforeEach(() => {
  client.reset();
});

describe('a transaction that is cancelled', () => {
  it('is a conflict where nothing but conditions and other transactions stood in its way, in every mix up to four', async () => {
    expect(mixes.length).toBe(5 + 25 + 125 + 625);
    for (const mix of mixes) {
      const error = cancelled(mix);
      client.reset();
      client.on(TransactWriteItemsCommand).rejects(error);
      const thrown: unknown = await transact(store, [], 'token').catch((reason: unknown) => reason);
      const isConflict = thrown instanceof ConflictError;
      expect({ mix, isConflict }).toEqual({ mix, isConflict: meaningOf(mix) !== 'refused' });
      if (!isConflict) expect(thrown).toBe(error);
    }
  });
});
