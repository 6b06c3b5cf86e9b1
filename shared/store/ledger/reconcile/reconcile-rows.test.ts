import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SchedulerRowsLine } from '../../../contracts/scheduler-rows.ts';
import type { UsageRecord } from '../../../contracts/usage.ts';
import { dayOf } from '../../../domain/calendar.ts';
import { postCharges } from '../ledger-writer.ts';
import { startMemoryTables, type MemoryTables } from '../../testing/memory-tables.ts';
import { testSources } from '../../testing/test-sources.ts';
import { charge, usageRecord, ZONE } from '../../testing/usage-records.ts';
import { reconcileRows, RowsError, type RunFinding } from './reconcile-rows.ts';

const cluster = 3;
const day = '2026-11-24';
let tables: MemoryTables;
beforeEach(async () => {
  tables = await startMemoryTables();
});
afterEach(() => tables.close());

/** Midnight in Berlin lies between these two. */
const lastOfDay = Date.UTC(2026, 10, 24, 22, 59, 59) / 1000;
const row = (jobIdRaw: number, overrides: Partial<UsageRecord> = {}) =>
  usageRecord({ jobIdRaw, submit: jobIdRaw, ...overrides });

async function* linesOf(rows: readonly UsageRecord[], ends = true): AsyncGenerator<SchedulerRowsLine> {
  await Promise.resolve();
  const head = { cluster: { id: cluster, name: 'aurora' }, zone: ZONE, at: '2026-11-26T00:00:00Z' };
  yield { line: 'rows', v: 1, ...head, from: day, to: '2026-11-25' };
  for (const each of [day, '2026-11-25']) {
    const own = rows.filter(({ end }) => dayOf(end, ZONE) === each);
    for (const record of own) yield { line: 'row', record };
    yield { line: 'day', day: each, rows: own.length, unreadable: 0 };
  }
  if (ends) yield { line: 'end', rows: rows.length };
}

const post = (rows: readonly UsageRecord[], segment = 1) =>
  postCharges(
    { ledger: tables.ledger, sources: testSources() },
    rows.map((record) => charge(record, { epoch: 1, segment }, cluster)),
  );

async function reconcile(rows: readonly UsageRecord[], pause = () => Promise.resolve(), graceSeconds = 120) {
  const findings: RunFinding[] = [];
  const result = await reconcileRows(
    { ledger: tables.ledger, graceSeconds, pause, report: (finding) => findings.push(finding) },
    linesOf(rows),
  );
  return {
    result,
    told: findings.map(({ type, kind, run, ...rest }) => [type, kind, rest.day, run?.jobIdRaw]),
  };
}

describe('the ledger and the scheduler', () => {
  it('are equal on both sides of midnight', async () => {
    const rows = [
      row(1),
      row(2, { end: lastOfDay }),
      row(3, { end: lastOfDay + 1 }),
      row(4, { start: null }),
    ];
    await post(rows);
    const { result, told } = await reconcile(rows);
    expect(told).toEqual([]);
    expect(result).toMatchObject({ rows: 4, days: 2, differences: 0, seconds: 3 * 4 * 3600 });
  });

  it('differ by runs that one of them lacks', async () => {
    await post([row(1), row(2)]);
    const { told } = await reconcile([row(1), row(3)]);
    expect(told).toEqual([
      ['difference', 'not-in-ledger', day, 3],
      ['difference', 'not-in-scheduler', day, 2],
    ]);
  });

  it('differ by amount, account, person and day, each by its name', async () => {
    await post([row(1), row(2), row(3), row(4, { end: lastOfDay })]);
    const changed = [
      row(1, { elapsed: 7 }),
      row(2, { account: 'physics' }),
      row(3, { user: 'bob' }),
      row(4, { end: lastOfDay + 1, start: lastOfDay - 3600, elapsed: 3600 }),
    ];
    const { told } = await reconcile(changed);
    expect(told).toEqual([
      ['difference', 'other-amount', day, 1],
      ['difference', 'other-account', day, 2],
      ['difference', 'other-user', day, 3],
      ['difference', 'other-day', '2026-11-25', 4],
    ]);
  });

  it('do not differ by what was only on its way', async () => {
    await post([row(1)]);
    const { told, result } = await reconcile([row(1), row(2)], () => post([row(2)]));
    expect(told).toEqual([]);
    expect(result.differences).toBe(0);
  });

  it('do not differ by a run that moved to a later day, once the ledger has that', async () => {
    const moved = row(1, { end: lastOfDay + 1 });
    await post([row(1, { end: lastOfDay })]);
    const { told } = await reconcile([moved], () => post([moved], 2));
    expect(told).toEqual([]);
  });

  it('do not differ by a run that moved to a later day, and ended too recently there', async () => {
    await post([row(1, { end: lastOfDay })]);
    const day = 86_400;
    const { told, result } = await reconcile([row(1, { end: lastOfDay + 7_200 })], undefined, day);
    expect(told).toEqual([]);
    expect(result.tooRecent).toBe(1);
  });

  it('have notes on what can’t be billed and what is not charged', async () => {
    await post([row(1)]);
    const { told, result } = await reconcile([row(1, { exitCode: '1:0' }), row(2, { allocTres: 'cpu=4' })]);
    expect(told).toEqual([
      ['note', 'other-facts', day, 1],
      ['note', 'unbillable', day, 2],
    ]);
    expect(result).toMatchObject({ differences: 0, notes: 2 });
  });

  it('are not compared on rows that are cut short', async () => {
    const options = {
      ledger: tables.ledger,
      graceSeconds: 0,
      pause: () => Promise.resolve(),
      report: () => undefined,
    };
    await expect(reconcileRows(options, linesOf([], false))).rejects.toThrow(RowsError);
  });
});
