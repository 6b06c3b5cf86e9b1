import { mapBounded } from '@keystone/shared/store/table/map-bounded.ts';
import { readOutbox } from '@keystone/shared/store/unit-of-work/outbox.ts';
import { sendOutboxEntry, type OutboxDestination } from '../runtime/send-outbox.ts';

/** Older than this, and the function that committed has given up: it sends within a second. */
const AGE_MILLISECONDS = 45_000;

const AT_ONCE = 10;

/**
 * Sends what transactions left in the outbox and nobody sent. Each entry is tried; one that fails keeps no other back.
 *
 * @returns how many entries were sent
 * @throws AggregateError where some were not, or can't be read: they stand, and the next sweep tries again
 */
export async function sweepOutbox(destination: OutboxDestination, now: Date): Promise<number> {
  const before = new Date(now.getTime() - AGE_MILLISECONDS);
  const { entries, unreadable } = await readOutbox(destination.table, before);
  const failures: unknown[] = unreadable.map(
    ({ pk, sk }) => new Error(`outbox entry ${pk} ${sk} holds no event that this version knows`),
  );
  await mapBounded(entries, AT_ONCE, async (entry) => {
    try {
      await sendOutboxEntry(destination, entry);
    } catch (error) {
      failures.push(error);
    }
  });
  const sent = entries.length + unreadable.length - failures.length;
  if (failures.length > 0)
    throw new AggregateError(failures, `${failures.length} outbox entries stay, ${sent} were sent`);
  return sent;
}
