import { isSilent } from '@keystone/shared/domain/agent-silence.ts';
import { readAgent, readLastHeard } from '@keystone/shared/store/agents/agent-records.ts';
import { mapBounded } from '@keystone/shared/store/table/map-bounded.ts';
import type { ControlTable } from '@keystone/shared/store/table/tables.ts';
import type { Log } from '../runtime/logger.ts';
import { metricNames, type Meter } from '../runtime/metrics.ts';
import { readClusters } from './read-clusters.ts';

export interface AgentWatch {
  control: ControlTable;
  sources: { now(): Date };
  log: Log;
  meter: Meter;
}

const AT_ONCE = 20;

/**
 * Counts the agents of open clusters that say nothing any more. One that was enrolled and never came has been silent since its
 * enrolment; a cluster without an agent is none that could be.
 *
 * @returns ids of the clusters whose agents are silent
 */
export async function watchAgents({ control, sources, log, meter }: AgentWatch): Promise<number[]> {
  const now = sources.now().getTime();
  const open = (await readClusters(control)).filter(({ enabled }) => enabled);
  const heard = await mapBounded(open, AT_ONCE, async ({ id }) => ({
    cluster: id,
    at: await lastSign(control, id),
  }));
  const silent = heard.filter(({ at }) => at !== undefined && isSilent(at.getTime(), now));
  for (const { cluster, at } of silent) log.warn('agent-silent', { cluster, since: at?.toISOString() });
  meter.count(metricNames.agentsSilent, silent.length);
  return silent.map(({ cluster }) => cluster);
}

async function lastSign(control: ControlTable, cluster: number): Promise<Date | undefined> {
  const known = await readAgent(control, cluster);
  if (!known) return undefined;
  const [enrolled, heard] = [new Date(known.agent.enrolled), await readLastHeard(control, cluster)];
  return heard && heard > enrolled ? heard : enrolled;
}
