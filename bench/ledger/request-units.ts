import { IoTDataPlaneClient, PublishCommand } from '@aws-sdk/client-iot-data-plane';
import { storeUsage } from '@keystone/lambdas/workers/store-usage.ts';
import { systemSources } from '@keystone/lambdas/runtime/sources.ts';
import { startMemoryTables } from '@keystone/shared/store/testing/memory-tables.ts';
import { mockClient } from 'aws-sdk-client-mock';
import type { BenchRun } from '../figures/figure.ts';
import { MeteredClient } from '../measure/metered-client.ts';
import type { LedgerWork } from './aws-cost.ts';
import { prepareUsage } from './prepared-usage.ts';
import { batchesOf, enrolSender, queued } from './queued-usage.ts';
import { usageMessages, ZONE, type Mix } from './usage-load.ts';

const nothing = () => undefined;

/** Messages in a batch: what a busy queue hands over. */
const BATCH = 10;

/**
 * What the worker's own code takes of the store, as the store says it, for jobs of a mix: first delivery, and the same
 * messages again.
 */
export async function measureRequestUnits(
  run: BenchRun,
  jobs: number,
  mix: Mix,
): Promise<{ first: LedgerWork; again: LedgerWork }> {
  const tables = await startMemoryTables();
  run.undo(() => tables.close());
  await enrolSender(tables.control);
  const meter = new MeteredClient(tables.ledger.client);
  run.undo(() => meter.client.destroy());
  const iot = new IoTDataPlaneClient({ region: 'eu-west-1' });
  const published = mockClient(iot).on(PublishCommand).resolves({});
  const { client } = meter;
  const store = {
    control: { ...tables.control, client },
    ledger: { ...tables.ledger, client },
    sources: systemSources,
    broker: { iot, stage: 'local' },
    zone: ZONE,
    log: { info: nothing, warn: nothing, error: nothing },
    meter: { count: nothing, flush: nothing },
  };
  const usage = prepareUsage(usageMessages(jobs, mix));
  const deliver = async (): Promise<LedgerWork> => {
    published.resetHistory();
    let batches = 0;
    for (const batch of batchesOf(usage.messages, BATCH)) {
      const failed = await storeUsage(store, batch.map(queued));
      if (failed.length > 0) throw new Error(`${failed.length} messages were not stored`);
      batches += 1;
    }
    const { reads, writes } = meter.take();
    const acks = published.commandCalls(PublishCommand).length;
    return { jobs, messages: usage.messages.length, batches, acks, reads, writes };
  };
  return { first: await deliver(), again: await deliver() };
}
