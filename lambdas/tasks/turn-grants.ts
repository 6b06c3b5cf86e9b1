import { readMany } from '@keystone/shared/store/table/control-reader.ts';
import { readLastId } from '@keystone/shared/store/unit-of-work/counters.ts';
import type { ControlTable } from '@keystone/shared/store/table/tables.ts';
import { sendEvents, type EventQueue } from '../runtime/send-events.ts';

/**
 * Has every cluster's policy built anew, with figures up to date: with a new day, grants begin and end. Run twice, it
 * leaves the same policies.
 *
 * @param cid names this run in whatever follows from it
 * @param restored where the tables came back from a backup: each policy begins a new epoch
 * @returns how many clusters there are
 */
export async function turnGrants(
  table: ControlTable,
  queue: EventQueue,
  cid: string,
  restored = false,
): Promise<number> {
  // A new epoch starts from the figures of the backup: they end where the agent's own count begins.
  const asked = restored ? { restored } : { refresh: true };
  // By id from the counter, not from an index: an index may lack what was just made.
  const last = await readLastId(table, 'cluster');
  const ids = Array.from({ length: last }, (_, index) => index + 1);
  const clusters = [...(await readMany(table, 'cluster', ids)).values()].filter(({ hidden }) => !hidden);
  await sendEvents(
    queue,
    clusters.map(({ fields }) => ({ type: 'policy', cluster: fields.id, cid, ...asked })),
  );
  return clusters.length;
}
