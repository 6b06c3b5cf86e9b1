import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ConflictError } from '../../table/errors.ts';
import { postCharges } from '../ledger-writer.ts';
import { startMemoryTables, type MemoryTables } from '../../testing/memory-tables.ts';
import { tappedClient } from '../../testing/tapped-client.ts';
import { testSources } from '../../testing/test-sources.ts';
import { charge, ZONE } from '../../testing/usage-records.ts';
import { meterReads } from './metered-reads.ts';
import { newPass } from './pass-state.ts';
import { readPass, writePass } from './pass-store.ts';
import { costOf, verifySlice } from './verify-slice.ts';

let tables: MemoryTables;
let sources: ReturnType<typeof testSources>;

beforeAll(async () => {
  tables = await startMemoryTables();
});
afterAll(() => tables.close());
beforeEach(() => {
  sources = testSources(5, '2026-11-24T20:00:00Z');
});

describe('a pass in slices', () => {
  it('goes on where the one before stopped, and counts what all of them read', async () => {
    const runs = Array.from({ length: 30 }, (_, job) => charge({ jobIdRaw: job, submit: job }));
    await postCharges({ ledger: tables.ledger, sources }, runs);
    const client = tappedClient(tables.ledger.client, (_, perform) => perform());
    const meter = meterReads(client, { ...sources, mostUnits: 1_000_000 });
    const options = {
      ledger: { ...tables.ledger, client },
      zone: ZONE,
      now: sources.now,
      pause: sources.pause,
      report: () => undefined,
    };
    let kept = { state: newPass(sources.now(), ZONE), version: 0 };
    const phases: string[] = [];
    for (let done = false; !done;) {
      let steps = 0;
      done = await verifySlice(options, meter, kept.state, { isOver: () => steps++ >= 1 });
      phases.push(kept.state.phase);
      await writePass(tables.control, kept, sources.ulid());
      const read = await readPass(tables.control);
      if (!read) throw new Error('the pass was not kept');
      expect(read).toEqual({ state: kept.state, version: kept.version + 1 });
      kept = read;
    }
    expect(new Set(phases)).toEqual(new Set(['scan', 'accounts', 'segments', 'marks', 'strays', 'done']));
    expect(kept.state.counts).toMatchObject({ charges: 30, differences: 0, units: meter.units });
    expect(meter.units).toBeGreaterThan(3);
    client.destroy();
  });

  it('is kept by one of two that went on at once', async () => {
    const read = await readPass(tables.control);
    if (!read) throw new Error('there is no pass');
    await writePass(tables.control, read, sources.ulid());
    await expect(writePass(tables.control, read, sources.ulid())).rejects.toThrow(ConflictError);
  });

  it('is kept in parts where one item can’t hold it', async () => {
    const read = await readPass(tables.control);
    if (!read) throw new Error('there is no pass');
    const accounts = Array.from({ length: 30_000 }, () => ({
      cluster: 1,
      account: String(sources.random()).repeat(2),
      days: [],
      dayItems: 0,
    }));
    const state = { ...read.state, accounts };
    await writePass(tables.control, { ...read, state }, sources.ulid());
    expect(JSON.stringify((await readPass(tables.control))?.state)).toBe(JSON.stringify(state));
  });
});

describe('metered reads', () => {
  it('wait until what was read before is within the rate', async () => {
    let now = Date.parse('2026-11-24T20:00:00Z');
    const client = tappedClient(tables.control.client, (_, perform) => perform());
    const meter = meterReads(client, {
      mostUnits: 2,
      now: () => new Date(now),
      pause: (milliseconds) => {
        now += milliseconds;
        return Promise.resolve();
      },
    });
    const control = { ...tables.control, client };
    const begun = now;
    for (let read = 0; read < 20; read++) await readPass(control);
    expect(meter.units).toBeGreaterThan(20);
    expect((now - begun) / 1000).toBeGreaterThanOrEqual((meter.units * 0.9) / 2);
    client.destroy();
  });
});

describe('the cost of a pass', () => {
  it('is told in dollars', () => {
    expect(costOf(1_000_000)).toBe(0.125);
    expect(costOf(0)).toBe(0);
  });
});
