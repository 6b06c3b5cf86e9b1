import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { toItem } from '@keystone/shared/store/table/items.ts';
import { balanceKey } from '@keystone/shared/store/ledger/ledger-keys.ts';
import { postCharges } from '@keystone/shared/store/ledger/ledger-writer.ts';
import { meterReads } from '@keystone/shared/store/ledger/checks/metered-reads.ts';
import { readPass } from '@keystone/shared/store/ledger/checks/pass-store.ts';
import { startMemoryTables, type MemoryTables } from '@keystone/shared/store/testing/memory-tables.ts';
import { tappedClient } from '@keystone/shared/store/testing/tapped-client.ts';
import { testSources } from '@keystone/shared/store/testing/test-sources.ts';
import { charge, ZONE } from '@keystone/shared/store/testing/usage-records.ts';
import { listeningMeter } from '../workers/testing/listeners.ts';
import { verifyLedger } from './verify-ledger.ts';

let tables: MemoryTables;
let sources: ReturnType<typeof testSources>;
let meter: ReturnType<typeof listeningMeter>;
let lines: unknown[];

beforeEach(async () => {
  tables = await startMemoryTables();
  sources = testSources(1, '2026-11-24T20:00:00Z');
  meter = listeningMeter();
  lines = [];
  const runs = Array.from({ length: 12 }, (_, job) => charge({ jobIdRaw: job, submit: job }));
  await postCharges({ ledger: tables.ledger, sources }, runs);
});
afterEach(() => tables.close());

const note = (...line: unknown[]) => void lines.push(line);
const task = () => ({
  ...{ control: tables.control, ledger: tables.ledger, zone: ZONE, sources },
  reads: meterReads(tables.ledger.client, { ...sources, mostUnits: 1_000_000 }),
  log: { info: note, warn: note, error: note },
  meter,
});

const changeBalance = () =>
  tables.ledger.client.send(
    new UpdateItemCommand({
      TableName: tables.ledger.table,
      Key: toItem({ ...balanceKey(3, 'chem', 0) }),
      UpdateExpression: 'ADD seconds :one',
      ExpressionAttributeValues: toItem({ ':one': 1 }),
    }),
  );

describe('a slice of the ledger’s check', () => {
  it('checks all of a small ledger, and begins anew the next time', async () => {
    expect(await verifyLedger(task())).toMatchObject({ done: true, charges: 12, differences: 0 });
    expect(await verifyLedger(task())).toMatchObject({ done: true, charges: 12, differences: 0 });
    expect((await readPass(tables.control))?.version).toBe(2);
  });

  it('goes on where the one before had to stop', async () => {
    const began = sources.now();
    // A second goes by with each read of the clock.
    const slow = { ...sources, now: () => (sources.clock.now = new Date(sources.now().getTime() + 1_000)) };
    const slices: boolean[] = [];
    do slices.push((await verifyLedger({ ...task(), sources: slow }, 8)).done);
    while (!slices.at(-1));
    expect(slices.length).toBeGreaterThan(1);
    expect((await readPass(tables.control))?.state).toMatchObject({
      phase: 'done',
      counts: { charges: 12, differences: 0 },
    });
    expect((await readPass(tables.control))?.state.started).not.toBe(began.toISOString());
  });

  it('fails where something differs, counts it, and names nobody in the log', async () => {
    await changeBalance();
    await expect(verifyLedger(task())).rejects.toThrow('the ledger differs in 1 places');
    expect(meter.sums.get('LedgerDifferences')).toBe(1);
    expect(meter.sums.get('LedgerUnitsRead')).toBeGreaterThan(0);
    expect(JSON.stringify(lines)).toContain('balance 3 chem');
    expect(JSON.stringify(lines)).not.toContain('alice');
    expect((await readPass(tables.control))?.state.phase).toBe('done');
  });

  it('has told what it found before it keeps that it did', async () => {
    await changeBalance();
    const written: number[] = [];
    const flush = () => void written.push(meter.sums.get('LedgerDifferences') ?? 0);
    // The function dies while it keeps the pass: whether it was kept, nobody knows.
    const client = tappedClient(tables.control.client, async (command, perform) => {
      const answer = await perform();
      if (command !== 'TransactWriteItemsCommand') return answer;
      throw new Error('died');
    });
    const control = { ...tables.control, client };
    await expect(verifyLedger({ ...task(), control, meter: { ...meter, flush } })).rejects.toThrow('died');
    client.destroy();
    expect((await readPass(tables.control))?.state.counts.differences).toBe(1);
    expect(written).toEqual([1]);
  });
});
