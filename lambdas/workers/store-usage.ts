import { messageText, type IotEnvelope } from '@keystone/shared/contracts/agent.ts';
import type { AckMessage } from '@keystone/shared/contracts/usage.ts';
import type { Revision } from '@keystone/shared/domain/charges.ts';
import type { AgentRecord } from '@keystone/shared/store/agents/agent-records.ts';
import { mapBounded } from '@keystone/shared/store/table/map-bounded.ts';
import { postCharges, type LedgerWriterOptions } from '@keystone/shared/store/ledger/ledger-writer.ts';
import { quarantine, type Quarantined } from '@keystone/shared/store/ledger/quarantine.ts';
import type { ControlTable } from '@keystone/shared/store/table/tables.ts';
import { errorDetails, type Log } from '../runtime/logger.ts';
import { metricNames, type Meter } from '../runtime/metrics.ts';
import { publishToAgent, type Broker } from './publish-to-agent.ts';
import { readUsageMessage, type Reject, type UsageReading } from './read-usage-message.ts';
import type { QueuedMessage } from './sqs-batch.ts';
import { readEnvelope, verifySender } from './verify-sender.ts';

export interface UsageStore {
  control: ControlTable;
  ledger: LedgerWriterOptions['ledger'];
  sources: LedgerWriterOptions['sources'];
  broker: Broker;
  zone: string;
  log: Log;
  meter: Meter;
}

interface VerifiedMessage {
  messageId: string;
  envelope: IotEnvelope;
  agent: AgentRecord;
}

/**
 * Stores what agents report and tells them so. Messages of one cluster go one after another, clusters side by side.
 *
 * @returns ids of the messages that have to come again; what of them was stored is found standing then
 */
export async function storeUsage(store: UsageStore, messages: readonly QueuedMessage[]): Promise<string[]> {
  const failed: string[] = [];
  const guarded = async <T>(ids: readonly string[], work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      failed.push(...ids);
      store.log.error('usage-not-stored', { messages: ids, ...errorDetails(error) });
      return undefined;
    }
  };
  const opened = await Promise.all(
    messages.map((message) => guarded([message.messageId], () => openMessage(store, message))),
  );
  const verified = opened.filter((message) => message !== undefined);
  const groups = Map.groupBy(verified, ({ agent }) => agent.cluster);
  await Promise.all(
    [...groups.values()].map((group) =>
      guarded(
        group.map(({ messageId }) => messageId),
        () => storeClusterUsage(store, group),
      ),
    ),
  );
  return failed;
}

/** More than any envelope of the rule holds, and less than an item. */
const MOST_RAW = 200_000;

/** A message with its verified sender; one that is not to be believed is kept aside and done with. */
async function openMessage(
  store: UsageStore,
  { messageId, body }: QueuedMessage,
): Promise<VerifiedMessage | undefined> {
  const envelope = readEnvelope(body);
  if (!envelope) {
    const detail = 'the message is not what the IoT rule writes';
    await setAside(
      store,
      { cluster: 0, thing: '' },
      [{ reason: 'envelope', detail, raw: body.slice(0, MOST_RAW) }],
      undefined,
    );
    return undefined;
  }
  const sender = await verifySender(store.control, store.broker.stage, envelope);
  if (sender.ok) return { messageId, envelope, agent: sender.agent };
  // An agent that is not believed sends the same again and again: it is kept once.
  const reject: Reject = { reason: 'sender', detail: sender.reason, raw: messageText(envelope) };
  await setAside(store, { cluster: 0, thing: envelope.thing }, [reject], undefined);
  store.meter.count(metricNames.senderRefused);
  store.log.warn('usage-sender-refused', { thing: envelope.thing, reason: sender.reason });
  return undefined;
}

/** One cluster's messages: what can't be charged aside, the rest into the ledger, then the acknowledgement. */
async function storeClusterUsage(store: UsageStore, group: readonly VerifiedMessage[]): Promise<void> {
  const readings: UsageReading[] = [];
  for (const { envelope, agent } of group) {
    const reading = readUsageMessage(agent.cluster, envelope.data, store.zone);
    await setAside(store, { cluster: agent.cluster, thing: agent.thing }, reading.rejects, reading.segment);
    readings.push(reading);
  }
  const { ledger, sources, meter } = store;
  await postCharges(
    {
      ledger,
      sources,
      onCommit: ({ attempts, charges }) => {
        meter.count(metricNames.commitAttempts, attempts);
        meter.count(metricNames.chargesPosted, charges);
      },
    },
    readings.flatMap(({ charges }) => charges),
  );
  const thing = group[0]?.agent.thing;
  if (thing === undefined) return;
  for (const ack of acksOf(readings)) await publishToAgent(store.broker, thing, 'ack', ack);
}

/** Acknowledgements of what readings hold, one for each epoch. */
function acksOf(readings: readonly UsageReading[]): AckMessage[] {
  const segments = new Map<number, Set<number>>();
  for (const { segment } of readings) {
    if (!segment) continue;
    segments.set(segment.epoch, (segments.get(segment.epoch) ?? new Set()).add(segment.segment));
  }
  return [...segments].map(([epoch, whole]) => ({
    v: 1,
    epoch,
    segments: [...whole].sort((a, b) => a - b),
  }));
}

async function setAside(
  { ledger, sources, meter, log }: UsageStore,
  { cluster, thing }: Pick<Quarantined, 'cluster' | 'thing'>,
  rejects: readonly Reject[],
  revision: Revision | undefined,
): Promise<void> {
  await mapBounded(rejects, 10, async (reject) => {
    const { epoch = null, segment = null } = revision ?? {};
    const at = sources.now().toISOString();
    await quarantine(ledger, { cluster, thing, at, epoch, segment, ...reject });
    meter.count(metricNames.quarantined);
    log.warn('usage-quarantined', { cluster, thing, epoch, segment, reason: reject.reason });
  });
}
