import {
  ConditionalCheckFailedException,
  DynamoDBServiceException,
  IdempotentParameterMismatchException,
  InternalServerError,
  TransactionCanceledException,
  TransactionConflictException,
  TransactionInProgressException,
} from '@aws-sdk/client-dynamodb';

const $metadata = {};

/** A request that DynamoDB does not take, whatever the table holds. */
export class ValidationError extends DynamoDBServiceException {
  constructor(message: string) {
    super({ name: 'ValidationException', $fault: 'client', $metadata, message });
  }
}

/** Nobody answered in time; what was asked for may have happened, or may happen yet. */
export class NoAnswerError extends Error {
  override readonly name = 'TimeoutError';
}

/** A request that was given up by who made it. */
export class AbortedError extends Error {
  override readonly name = 'AbortError';
}

export const throttled = () =>
  new DynamoDBServiceException({
    name: 'ThrottlingException',
    $fault: 'client',
    $metadata,
    message: 'Throughput exceeds the current capacity',
  });

export const internalFault = () => new InternalServerError({ $metadata, message: 'Internal server error' });

export const conditionFailed = (message = 'The conditional request failed') =>
  new ConditionalCheckFailedException({ $metadata, message });

export const writeConflict = () =>
  new TransactionConflictException({ $metadata, message: 'Transaction is ongoing for the item' });

export const cancelled = (codes: readonly string[]) =>
  new TransactionCanceledException({
    $metadata,
    message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes.join(', ')}]`,
    CancellationReasons: codes.map((Code) => ({ Code })),
  });

export const inProgress = () =>
  new TransactionInProgressException({ $metadata, message: 'The transaction is in progress' });

export const tokenMismatch = () =>
  new IdempotentParameterMismatchException({ $metadata, message: 'The token was used for another request' });

const RETRYABLE = new Set([
  'ThrottlingException',
  'TransactionInProgressException',
  'InternalServerError',
  'TimeoutError',
]);

/** What the SDK sends again by itself. */
export const isRetryable = (error: unknown) => error instanceof Error && RETRYABLE.has(error.name);
