import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readBalances } from './balance-reader.ts';
import { checkLedger } from './ledger-invariants.ts';
import { postCharges } from './ledger-writer.ts';
import { forgetQuarantined, quarantine, readQuarantine, type Quarantined } from './quarantine.ts';
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

  it('charges the rows of a message that read, and keeps each other one by itself', async () => {
    const unbillable = { ...row(2), allocTres: 'cpu=4' };
    const message = { v: 1, epoch: 1, segment: 9, records: [row(1), unbillable, { no: 'row' }, row(3)] };
    await setAside('message', JSON.stringify(message));
    expect(await redrive()).toEqual([
      expect.objectContaining({ charged: 2, stays: expect.stringContaining('no row of a finished run') }),
    ]);
    const left = await readQuarantine(tables.ledger, cluster);
    expect(left.map(({ reason, epoch, segment }) => [reason, epoch, segment]).sort()).toEqual([
      ['record', 1, 9],
      ['unbillable', 1, 9],
    ]);
    expect((await redrive()).map(({ charged }) => charged)).toEqual([0, 0]);
    expect([await jobs(), (await readQuarantine(tables.ledger, cluster)).length]).toEqual([2, 2]);
  });

  it('is charged as the word that it is: the later of two that said the same', async () => {
    const posted = { ledger: tables.ledger, sources: testSources() };
    await setAside('record', JSON.stringify(row(1)), 5);
    const between = charge({ jobIdRaw: 1, submit: 1, elapsed: 1 }, { epoch: 1, segment: 7 });
    await postCharges(posted, [between]);
    await setAside('record', JSON.stringify(row(1)), 9);
    await setAside('record', JSON.stringify(row(1)), 8);
    await redrive();
    const [balance] = await readBalances(tables.ledger, [{ cluster, account: 'chem' }]);
    expect(balance?.runs).toBe(charge({ jobIdRaw: 1, submit: 1 }).seconds);
    expect(await readQuarantine(tables.ledger, cluster)).toEqual([]);
  });

  it('stays where it is said again while it is charged', async () => {
    await setAside('record', JSON.stringify(row(1)), 5);
    const [entry] = await readQuarantine(tables.ledger, cluster);
    await setAside('record', JSON.stringify(row(1)), 9);
    if (entry) await forgetQuarantined(tables.ledger, entry);
    expect((await readQuarantine(tables.ledger, cluster)).map(({ segment }) => segment)).toEqual([9]);
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
