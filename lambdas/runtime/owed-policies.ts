import type { OutboxEvent, PolicyEvent } from '@keystone/shared/contracts/events.ts';
import { readTeamClusters } from '@keystone/shared/store/table/control-reader.ts';
import { mapBounded } from '@keystone/shared/store/table/map-bounded.ts';
import type { ControlTable } from '@keystone/shared/store/table/tables.ts';

const QUERIES = 10;

/**
 * The policies that a committed transaction owes, each once. A team's clusters are read now that it is committed: on one
 * that comes later, the award that brings it owes a policy, and whoever builds that sees what changed here.
 */
export async function owedPolicies(
  table: ControlTable,
  events: readonly OutboxEvent[],
): Promise<PolicyEvent[]> {
  const owed = await mapBounded(events, QUERIES, async (event): Promise<PolicyEvent[]> => {
    if (event.type === 'policy') return [event];
    const clusters = await readTeamClusters(table, event.team);
    return clusters.map((cluster) => ({ type: 'policy', cluster, cid: event.cid }));
  });
  return [...new Map(owed.flat().map((event) => [JSON.stringify(event), event])).values()];
}
