import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { PolicyEvent } from '@keystone/shared/contracts/events.ts';

export interface EventQueue {
  sqs: SQSClient;
  policyQueueUrl: string;
}

/** SQS takes this many messages in one call. */
const BATCH = 10;

/** Sends events to the queue of their consumer. @throws Error where a message was not taken */
export async function sendEvents(
  { sqs, policyQueueUrl }: EventQueue,
  events: readonly PolicyEvent[],
  signal?: AbortSignal,
): Promise<void> {
  const options = signal ? { abortSignal: signal } : {};
  for (let at = 0; at < events.length; at += BATCH) {
    const Entries = events.slice(at, at + BATCH).map(messageOf);
    const { Failed } = await sqs.send(
      new SendMessageBatchCommand({ QueueUrl: policyQueueUrl, Entries }),
      options,
    );
    if (Failed?.length)
      throw new Error(`SQS refused ${Failed.length} events: ${Failed[0]?.Code ?? 'no code'}`);
  }
}

/** The group keeps one busy cluster from delaying the others (a fair queue; no order is promised). */
function messageOf(event: PolicyEvent, index: number) {
  return {
    Id: String(index),
    MessageBody: JSON.stringify(event),
    MessageGroupId: String(event.cluster),
  };
}
