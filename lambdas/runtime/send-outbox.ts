import { deleteOutboxEntry, type OutboxEntry } from '@keystone/shared/store/unit-of-work/outbox.ts';
import type { ControlTable } from '@keystone/shared/store/table/tables.ts';
import { owedPolicies } from './owed-policies.ts';
import { sendEvents, type EventQueue } from './send-events.ts';

export interface OutboxDestination extends EventQueue {
  table: ControlTable;
  /** A signal that is aborted after so long; of real time where it is left out. */
  deadline?: (milliseconds: number) => AbortSignal;
}

/** Longest that an answer waits for its side effects to be on their way; the sweep takes what took longer. */
const SEND_MILLISECONDS = 300;

/**
 * Sends an outbox entry's events and strikes it off. Sent but not struck off, it is sent again: consumers recompute
 * from state.
 *
 * @throws Error where a message was not taken; the entry then still stands
 */
export async function sendOutboxEntry(
  destination: OutboxDestination,
  entry: OutboxEntry,
  signal?: AbortSignal,
): Promise<void> {
  await sendEvents(destination, await owedPolicies(destination.table, entry.events), signal);
  if (signal?.aborted) return;
  await deleteOutboxEntry(destination.table, entry.key);
}

const realDeadline = (milliseconds: number) => AbortSignal.timeout(milliseconds);

/** Sends what a commit left, briefly; whatever keeps it from that is the sweep's to mend. */
export async function sendOutbox(
  destination: OutboxDestination,
  entry: OutboxEntry | undefined,
): Promise<void> {
  if (!entry) return;
  const signal = (destination.deadline ?? realDeadline)(SEND_MILLISECONDS);
  const given = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
  const sent = sendOutboxEntry(destination, entry, signal).catch(() => undefined);
  await Promise.race([sent, given]);
}
