import { paginateScan } from '@aws-sdk/client-dynamodb';
import { IoTDataPlaneClient, PublishCommand } from '@aws-sdk/client-iot-data-plane';
import { describe, expect, it, jest } from '@jest/globals';
import { beginningOf, history } from '@keystone/agent/schedulers/simulated/history.ts';
import { simulationConfigSchema } from '@keystone/agent/schedulers/simulated/simulation-config.ts';
import { storeUsage } from '@keystone/lambdas/workers/store-usage.ts';
import { enrol, fromAgent, packed, STAGE } from '@keystone/lambdas/workers/testing/agent-messages.ts';
import { listeningLog, listeningMeter } from '@keystone/lambdas/workers/testing/listeners.ts';
import type { QueuedMessage } from '@keystone/lambdas/workers/sqs-batch.ts';
import { demoClusterNames, simulationOf } from '@keystone/local/demo/demo-clusters.ts';
import { MAX_RECORDS_PER_SEGMENT, type UsageRecord } from '@keystone/shared/contracts/usage.ts';
import { billableSeconds } from '@keystone/shared/domain/billing.ts';
import { startMemoryTables, type MemoryTables } from '@keystone/shared/store/testing/memory-tables.ts';
import { testSources } from '@keystone/shared/store/testing/test-sources.ts';
import { mockClient } from 'aws-sdk-client-mock';

jest.setTimeout(120_000);

const NOON = Date.parse('2026-11-24T12:00:00Z') / 1000;
const ZONE = 'Europe/London';
/** Days of the year that go into a ledger here; each is stored twice. */
const DAYS = 4;
const MESSAGES_AT_ONCE = 10;

const pastOf = (cluster: (typeof demoClusterNames)[number], seed: number, now = NOON, days = DAYS) => {
  const config = simulationConfigSchema.parse({ ...simulationOf(cluster, seed), historyDays: days });
  return [...history(config, beginningOf(config, now), now)];
};

/** The demo clusters' past as their agents send it, stored side by side. */
async function ledgerOf(seed: number): Promise<string> {
  const tables = await startMemoryTables();
  const iot = mockClient(IoTDataPlaneClient);
  try {
    iot.on(PublishCommand).resolves({});
    const queues = await Promise.all(
      demoClusterNames.map((name, at) => messagesOf(tables, at + 1, pastOf(name, seed))),
    );
    await Promise.all(queues.map((queue) => storeAll(tables, queue)));
    return (await itemsOf(tables)).join('\n');
  } finally {
    iot.restore();
    await tables.close();
  }
}

async function messagesOf(tables: MemoryTables, cluster: number, runs: readonly UsageRecord[]) {
  const agent = await enrol(tables.control, cluster);
  const messages: QueuedMessage[] = [];
  for (let from = 0; from < runs.length; from += MAX_RECORDS_PER_SEGMENT) {
    const records = runs.slice(from, from + MAX_RECORDS_PER_SEGMENT);
    messages.push(fromAgent(agent, packed({ v: 1, epoch: 1, segment: messages.length + 1, records })));
  }
  return messages;
}

async function storeAll({ control, ledger }: MemoryTables, messages: readonly QueuedMessage[]) {
  const broker = { iot: new IoTDataPlaneClient({ region: 'eu-west-1' }), stage: STAGE };
  const noted = { log: listeningLog(), meter: listeningMeter() };
  const store = { control, ledger, sources: testSources(1), broker, zone: ZONE, ...noted };
  for (let from = 0; from < messages.length; from += MESSAGES_AT_ONCE)
    expect(await storeUsage(store, messages.slice(from, from + MESSAGES_AT_ONCE))).toEqual([]);
}

/** All that the ledger holds, an item a line. */
async function itemsOf({ ledger: { client, table } }: MemoryTables): Promise<string[]> {
  const lines: string[] = [];
  for await (const { Items = [] } of paginateScan({ client }, { TableName: table }))
    for (const item of Items)
      lines.push(JSON.stringify(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1))));
  return lines.sort();
}

describe('the demo’s centre', () => {
  it('has the same ledger to the byte for the same seed, and another for another', async () => {
    const ledger = await ledgerOf(2026);
    expect(ledger.split('\n').length).toBeGreaterThan(1_000);
    expect(await ledgerOf(2026)).toBe(ledger);
    expect(await ledgerOf(2027)).not.toBe(ledger);
  });

  it('has the same past whenever it is started on a day', () => {
    const noon = pastOf('nova', 2026);
    const later = pastOf('nova', 2026, NOON + 5 * 3_600);
    expect(later.length).toBeGreaterThan(noon.length);
    const until = NOON - 1;
    expect(later.filter(({ end }) => end <= until)).toEqual(noon);
  });

  it('has a year of use by every team that was awarded time', () => {
    for (const cluster of demoClusterNames) {
      const { workload } = simulationOf(cluster, 2026);
      const runs = pastOf(cluster, 2026, NOON, 365);
      for (const { account, users, unitsPerDay } of workload) {
        const own = runs.filter((run) => run.account === account);
        const units = own.reduce((sum, run) => sum + billableSeconds(run), 0) / 3_600;
        expect(units / 365 / unitsPerDay).toBeGreaterThan(0.5);
        expect(units / 365 / unitsPerDay).toBeLessThan(1.5);
        expect(own[0]?.end).toBeLessThan(NOON - 350 * 86_400);
        expect(new Set(own.map(({ user }) => user))).toEqual(new Set(users));
      }
    }
  });
});
