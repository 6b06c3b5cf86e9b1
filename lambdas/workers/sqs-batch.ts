import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { Meter } from '../runtime/metrics.ts';

/** A message of a queue, as far as it matters to a worker. */
export interface QueuedMessage {
  messageId: string;
  body: string;
}

/** Turns a function of a batch into a handler that reports which messages have to come again. */
export function sqsHandler(
  meter: Meter,
  work: (messages: readonly QueuedMessage[]) => Promise<readonly string[]>,
): (event: SQSEvent) => Promise<SQSBatchResponse> {
  return async (event) => {
    try {
      const failed = await work(event.Records);
      return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
    } finally {
      meter.flush();
    }
  };
}
