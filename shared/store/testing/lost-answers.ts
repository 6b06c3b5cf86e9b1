import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { setTimeout as wait } from 'node:timers/promises';
import { tappedClient } from './tapped-client.ts';

/** What becomes of a transaction's answer: it arrives, or the caller hears nothing, though it was committed or not. */
export type Answer = 'given' | 'lost-after-commit' | 'lost-before-commit';

/** A timeout as the SDK reports it: an error that is none of the service's. */
export class LostAnswerError extends Error {
  override name = 'TimeoutError';
}

/**
 * A client of the same store whose transactions lose answers, and take a moment, so that others come between what was
 * read and what is written.
 *
 * @param next asked before each transaction is sent; it is sent once that resolves
 */
export function withLostAnswers(
  client: DynamoDBClient,
  next: () => Answer | Promise<Answer>,
): DynamoDBClient {
  return tappedClient(client, async (command, perform) => {
    if (command !== 'TransactWriteItemsCommand') return perform();
    const answer = await next();
    await wait(2);
    if (answer === 'lost-before-commit') throw new LostAnswerError('no answer');
    const result = await perform();
    if (answer === 'lost-after-commit') throw new LostAnswerError('no answer');
    return result;
  });
}
