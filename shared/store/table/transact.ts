import {
  TransactionCanceledException,
  TransactWriteItemsCommand,
  type DynamoDBClient,
  type TransactWriteItem,
} from '@aws-sdk/client-dynamodb';
import { ConflictError } from './errors.ts';

/** What a cancelled transaction's reasons come to. Every reason counts: one that is no conflict decides. */
export type Cancellation = 'condition' | 'conflict' | 'other';

/** Reads all reasons of a cancelled transaction: mixed ones are where retries go wrong. */
export function classify(reasons: readonly { Code?: string | undefined }[]): Cancellation {
  const codes = new Set(reasons.map(({ Code }) => Code ?? 'None'));
  codes.delete('None');
  if ([...codes].some((code) => code !== 'ConditionalCheckFailed' && code !== 'TransactionConflict'))
    return 'other';
  if (codes.has('ConditionalCheckFailed')) return 'condition';
  return codes.has('TransactionConflict') ? 'conflict' : 'other';
}

/**
 * One transaction, all or nothing.
 *
 * @param token protects the SDK's own retry of this call, no more
 * @throws ConflictError where a condition failed or another transaction was in flight; everything else as it came
 */
export async function transact(
  client: DynamoDBClient,
  actions: TransactWriteItem[],
  token: string,
): Promise<void> {
  try {
    await client.send(new TransactWriteItemsCommand({ TransactItems: actions, ClientRequestToken: token }));
  } catch (error) {
    if (
      error instanceof TransactionCanceledException &&
      classify(error.CancellationReasons ?? []) !== 'other'
    )
      throw new ConflictError('a record changed meanwhile', { cause: error });
    throw error;
  }
}
