import type { ControlTable } from '@keystone/shared/store/table/tables.ts';
import { sendEvents, type EventQueue } from '../runtime/send-events.ts';
import { readClusters } from './read-clusters.ts';

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
  const clusters = await readClusters(table);
  await sendEvents(
    queue,
    clusters.map(({ id }) => ({ type: 'policy', cluster: id, cid, ...asked })),
  );
  return clusters.length;
}
