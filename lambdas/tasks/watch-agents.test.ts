import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { writeAgentState } from '@keystone/shared/store/agents/agent-records.ts';
import { startMemoryTables, type MemoryTables } from '@keystone/shared/store/testing/memory-tables.ts';
import { testSources } from '@keystone/shared/store/testing/test-sources.ts';
import { enrol } from '../workers/testing/agent-messages.ts';
import { agentState } from '../workers/testing/agent-state.ts';
import { listeningLog, listeningMeter } from '../workers/testing/listeners.ts';
import { world } from '../workers/testing/world.ts';
import { metricNames } from '../runtime/metrics.ts';
import { watchAgents } from './watch-agents.ts';

/** The agents of this test are enrolled then. */
const ENROLLED = Date.parse('2026-11-24T08:00:00Z');
const MINUTE = 60_000;
let tables: MemoryTables;
beforeAll(async () => {
  tables = await startMemoryTables();
});
afterAll(() => tables.close());

const look = async (at: number) => {
  const [log, meter] = [listeningLog(), listeningMeter()];
  const silent = await watchAgents({
    control: tables.control,
    sources: { now: () => new Date(at) },
    log,
    meter,
  });
  expect(meter.sums.get(metricNames.agentsSilent)).toBe(silent.length);
  expect(log.events).toEqual(silent.map(() => 'agent-silent'));
  return silent;
};
const spoke = (cluster: number, at: number) =>
  writeAgentState(tables.control, cluster, { seen: new Date(at), state: agentState({ epoch: 1 }) });

describe('the watch over agents', () => {
  it('has nothing to tell where there is no cluster', async () => {
    await expect(look(ENROLLED)).resolves.toEqual([]);
  });

  it('names those of open clusters that said nothing for more than twenty minutes', async () => {
    const people = world(tables.control, testSources());
    const [speaking, never, stopped, closed, removed, without] = [
      await people.addCluster(),
      await people.addCluster(),
      await people.addCluster(),
      await people.addCluster({ enabled: false }),
      await people.addCluster(),
      await people.addCluster(),
    ];
    for (const cluster of [speaking, never, stopped, closed, removed]) await enrol(tables.control, cluster);
    await people.run(async (uow) => {
      const record = await uow.get('cluster', removed);
      if (record) uow.remove(record);
    });
    await spoke(speaking, ENROLLED + 30 * MINUTE);
    await spoke(stopped, ENROLLED + 10 * MINUTE);
    await expect(look(ENROLLED + 20 * MINUTE)).resolves.toEqual([]);
    await expect(look(ENROLLED + 30 * MINUTE)).resolves.toEqual([never]);
    await expect(look(ENROLLED + 31 * MINUTE)).resolves.toEqual([never, stopped]);
    // What an earlier agent said counts for none; the next one has its own twenty minutes.
    await spoke(never, ENROLLED - 30 * MINUTE);
    await expect(look(ENROLLED + 31 * MINUTE)).resolves.toEqual([never, stopped]);
    expect(without).toBeGreaterThan(removed);
  });

  it('ends when they speak again', async () => {
    await spoke(3, ENROLLED + 40 * MINUTE);
    await spoke(2, ENROLLED + 41 * MINUTE);
    await expect(look(ENROLLED + 50 * MINUTE)).resolves.toEqual([]);
  });
});
