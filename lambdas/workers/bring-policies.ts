import { policyEventSchema, type PolicyEvent } from '@keystone/shared/contracts/events.ts';
import { mapBounded } from '@keystone/shared/store/table/map-bounded.ts';
import { errorDetails, type Log } from '../runtime/logger.ts';
import { buildPolicy, type PolicySources } from './build-policy.ts';
import { metricNames, type Meter } from '../runtime/metrics.ts';
import { publishPolicy } from './publish-policy.ts';
import type { Broker } from './publish-to-agent.ts';
import type { QueuedMessage } from './sqs-batch.ts';

export interface PolicyWork extends PolicySources {
  broker: Broker;
  log: Log;
  meter: Meter;
}

interface QueuedEvent {
  messageId: string;
  event: PolicyEvent;
}

/**
 * Brings the policy of each cluster that a batch of events names up to date, and to its agent. Several events of a
 * cluster are one build: it starts after all of them. An event that can't be read fails by itself: a later version may have
 * sent it, and among the dead letters it waits, with an alarm, for one that reads it.
 *
 * @returns ids of the messages that have to come again
 */
export async function bringPolicies(work: PolicyWork, messages: readonly QueuedMessage[]): Promise<string[]> {
  const unreadable: string[] = [];
  const events: QueuedEvent[] = [];
  for (const message of messages) {
    const event = readEvent(work.log, message);
    if (event) events.push({ messageId: message.messageId, event });
    else unreadable.push(message.messageId);
  }
  const clusters = Map.groupBy(events, ({ event }) => event.cluster);
  const failed = await mapBounded([...clusters], 4, async ([cluster, group]) => {
    try {
      await bringPolicy(work, cluster, group);
      return [];
    } catch (error) {
      work.log.error('policy-not-brought', { cluster, ...idsOf(group), ...errorDetails(error) });
      return group.map(({ messageId }) => messageId);
    }
  });
  return [...unreadable, ...failed.flat()];
}

async function bringPolicy(work: PolicyWork, cluster: number, group: readonly QueuedEvent[]): Promise<void> {
  const refresh = group.some(({ event }) => event.refresh);
  const restored = group.some(({ event }) => event.restored);
  const built = await buildPolicy(work, cluster, { refresh, restored });
  const sent = await publishPolicy(work.broker, built);
  if (built.previous || built.head.version.n === 1) work.meter.count(metricNames.policyBuilt);
  work.meter.count(metricNames.policyMessages, sent);
  work.log.info('policy-brought', { cluster, ...built.head.version, sent, ...idsOf(group) });
}

const idsOf = (group: readonly QueuedEvent[]) => ({ cids: group.map(({ event }) => event.cid) });

function readEvent(log: Log, { messageId, body }: QueuedMessage): PolicyEvent | undefined {
  try {
    return policyEventSchema.parse(JSON.parse(body));
  } catch (error) {
    log.error('policy-event-unreadable', { messageId, ...errorDetails(error) });
    return undefined;
  }
}
