import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readBalances } from './balance-reader.ts';
import { checkLedger } from './ledger-invariants.ts';
import { postCharges } from './ledger-writer.ts';
import { quarantine, readQuarantine, type Quarantined } from './quarantine.ts';
import { redriveQuarantine } from './redrive-quarantine.ts';
import { startMemoryTables, type MemoryTables } from '../testing/memory-tables.ts';
import { testSources } from '../testing/test-sources.ts';
import { charge, usageRecord, ZONE } from '../testing/usage-records.ts';

const cluster = 3;
let tables: MemoryTables;
beforeEach(async () => {
  tables = await startMemoryTables();
});
afterEach(() => tables.close());

const setAside = (reason: Quarantined['reason'], raw: string, segment: number | null = 4) =>
  quarantine(tables.ledger, {
    ...{ cluster, reason, raw, segment, epoch: segment === null ? null : 1 },
    ...{ detail: 'bad', thing: 'keystone-local-3', at: '2026-11-24T12:00:00.000Z' },
  });
const redrive = () =>
  redriveQuarantine({ ledger: tables.ledger, sources: testSources(), zone: ZONE }, cluster);
const jobs = async () => (await readBalances(tables.ledger, [{ cluster, account: 'chem' }]))[0]?.jobs;
const row = (jobIdRaw: number) => usageRecord({ jobIdRaw, submit: jobIdRaw });

describe('what was kept aside', () => {
  it('is charged once it reads, and forgotten; a second time there is nothing to do', async () => {
    await setAside('record', JSON.stringify(row(1)));
    await setAside('unbillable', JSON.stringify(row(2)));
    const message = { v: 1, epoch: 1, segment: 9, records: [row(3), row(4)] };
    await setAside('message', gzipSync(JSON.stringify(message)).toString('base64'), null);
    expect((await redrive()).map(({ charged }) => charged).sort()).toEqual([1, 1, 2]);
    expect(await jobs()).toBe(4);
    expect(await readQuarantine(tables.ledger, cluster)).toEqual([]);
    expect(await redrive()).toEqual([]);
    expect(await jobs()).toBe(4);
    expect((await checkLedger(tables.ledger)).violations).toEqual([]);
  });

  it('is charged once where a run of it was charged already, or it ended in the middle', async () => {
    const known = charge({ jobIdRaw: 1, submit: 1 }, { epoch: 1, segment: 4 });
    await postCharges({ ledger: tables.ledger, sources: testSources() }, [known]);
    await setAside('record', JSON.stringify(row(1)));
    await redrive();
    expect(await jobs()).toBe(1);
    expect(await readQuarantine(tables.ledger, cluster)).toEqual([]);
  });

  it.each([
    ['a row that still lacks its end', 'record', JSON.stringify({ ...row(1), end: undefined })],
    ['a row that still can’t be billed', 'unbillable', JSON.stringify({ ...row(1), allocTres: 'cpu=4' })],
    ['noise', 'message', 'bm9pc2U='],
    ['a row of a sender that was not believed', 'sender', JSON.stringify(row(1))],
  ] as const)('stays where it still is bad: %s', async (_, reason, raw) => {
    await setAside(reason, raw);
    expect(await redrive()).toEqual([expect.objectContaining({ charged: 0, stays: expect.any(String) })]);
    expect(await redrive()).toHaveLength(1);
    expect(await jobs()).toBe(0);
    expect(await readQuarantine(tables.ledger, cluster)).toHaveLength(1);
  });
});
