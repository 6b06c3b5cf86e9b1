import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { OutboxEvent } from '@keystone/shared/contracts/events.ts';
import { deleteOutboxEntry, type OutboxEntry } from '@keystone/shared/store/outbox.ts';
import type { ControlTable } from '@keystone/shared/store/tables.ts';

export interface OutboxDestination {
  sqs: SQSClient;
  policyQueueUrl: string;
  table: ControlTable;
}

/** Longest that an answer waits for its side effects to be on their way; the sweep takes what took longer. */
const SEND_MILLISECONDS = 300;

/** SQS takes this many messages in one call. */
const BATCH = 10;

/**
 * Sends an outbox entry's events and strikes it off. Sent but not struck off, it is sent again: consumers recompute
 * from state.
 *
 * @throws Error where a message was not taken; the entry then still stands
 */
export async function sendOutboxEntry(
  { sqs, policyQueueUrl, table }: OutboxDestination,
  entry: OutboxEntry,
  signal?: AbortSignal,
): Promise<void> {
  const options = signal ? { abortSignal: signal } : {};
  for (let at = 0; at < entry.events.length; at += BATCH) {
    const events = entry.events.slice(at, at + BATCH);
    const { Failed } = await sqs.send(
      new SendMessageBatchCommand({ QueueUrl: policyQueueUrl, Entries: events.map(messageOf) }),
      options,
    );
    if (Failed?.length)
      throw new Error(`SQS refused ${Failed.length} outbox events: ${Failed[0]?.Code ?? 'no code'}`);
  }
  if (signal?.aborted) return;
  await deleteOutboxEntry(table, entry.key);
}

/** The group keeps one busy cluster from delaying the others (a fair queue; no order is promised). */
function messageOf(event: OutboxEvent, index: number) {
  return {
    Id: String(index),
    MessageBody: JSON.stringify(event),
    MessageGroupId: String(event.cluster),
  };
}

/** Sends what a commit left, briefly; whatever keeps it from that is the sweep's to mend. */
export async function sendOutbox(
  destination: OutboxDestination,
  entry: OutboxEntry | undefined,
): Promise<void> {
  if (!entry) return;
  const signal = AbortSignal.timeout(SEND_MILLISECONDS);
  const given = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
  const sent = sendOutboxEntry(destination, entry, signal).catch(() => undefined);
  await Promise.race([sent, given]);
}
