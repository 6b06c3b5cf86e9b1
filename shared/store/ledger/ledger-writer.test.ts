import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readBalances, readDayUsage } from './balance-reader.ts';
import { readCharges } from './charge-reader.ts';
import { checkLedger } from './ledger-invariants.ts';
import type { Charge } from './ledger-records.ts';
import { postCharges } from './ledger-writer.ts';
import { startMemoryTables, type MemoryTables } from '../testing/memory-tables.ts';
import { testSources } from '../testing/test-sources.ts';
import { charge } from '../testing/usage-records.ts';

let tables: MemoryTables;
let commits: { attempts: number; actions: number; charges: number }[];
let cluster = 100;

beforeAll(async () => {
  tables = await startMemoryTables();
});
afterAll(() => tables.close());
beforeEach(() => {
  commits = [];
  cluster += 1;
});

const post = (charges: Charge[], options: { shards?: number; seed?: number } = {}) =>
  postCharges(
    {
      ledger: { ...tables.ledger, shards: options.shards ?? 1 },
      sources: testSources(options.seed ?? cluster),
      onCommit: (commit) => commits.push(commit),
    },
    charges,
  );
const run = (overrides: Parameters<typeof charge>[0] = {}, segment = 1, epoch = 1) =>
  charge(overrides, { epoch, segment }, cluster);
const balanceOf = async (account = 'chem') => (await readBalances(tables.ledger, [{ cluster, account }]))[0];
const HOUR = 4 * 3600;

describe('posting charges', () => {
  it('adds a charge to its balance, its start day and its user’s day', async () => {
    await post([run()]);
    expect(await balanceOf()).toEqual({ cluster, account: 'chem', runs: HOUR, jobs: 1 });
    expect(await readDayUsage(tables.ledger, cluster, 'chem')).toEqual([
      { day: '2026-11-24', seconds: HOUR },
    ]);
    expect((await checkLedger(tables.ledger)).violations).toEqual([]);
  });

  it('writes nothing for a charge that stands already', async () => {
    await post([run()]);
    await post([run()]);
    expect(commits).toHaveLength(1);
    expect((await balanceOf())?.runs).toBe(HOUR);
  });

  it('draws by the day of the start and tells usage by the day of the end, in the deployment’s zone', async () => {
    // 23:30 to 00:30 Berlin time.
    const end = Date.UTC(2026, 10, 24, 23, 30) / 1000;
    await post([run({ end, start: end - 3600 })]);
    expect(await readDayUsage(tables.ledger, cluster, 'chem')).toEqual([
      { day: '2026-11-24', seconds: HOUR },
    ]);
    const window = { cluster, account: 'chem', from: '2026-11-25', to: '2026-11-25' };
    expect((await readCharges(tables.ledger, window)).charges).toHaveLength(1);
  });

  it('posts the difference of a changed row, in the sums where it was and where it is', async () => {
    await post([run()]);
    const end = Date.UTC(2026, 10, 26, 11) / 1000;
    const start = Date.UTC(2026, 10, 24, 10) / 1000;
    await post([run({ end, start, elapsed: 7200, submit: start - 60, account: 'physics' }, 2)]);
    expect(await balanceOf('chem')).toMatchObject({ runs: 0, jobs: 0 });
    expect(await balanceOf('physics')).toMatchObject({ runs: 2 * HOUR, jobs: 1 });
    const report = await checkLedger(tables.ledger);
    expect(report.violations).toEqual([]);
    const window = { cluster, account: 'physics', from: '2026-11-26', to: '2026-11-26' };
    const { charges } = await readCharges(tables.ledger, window);
    expect(charges).toMatchObject([{ seconds: 2 * HOUR, revisions: 1, segment: 2 }]);
    const before = { cluster, account: 'chem', from: '2026-11-24', to: '2026-11-24' };
    expect((await readCharges(tables.ledger, before)).charges).toEqual([]);
  });

  it('keeps the newest word, whatever the order of arrival', async () => {
    const words = [run({}, 1), run({ elapsed: 60 }, 2), run({}, 3)];
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
    ]) {
      cluster += 1;
      for (const at of order) await post(words.slice(at, at + 1).map((word) => ({ ...word, cluster })));
      expect({ order, runs: (await balanceOf())?.runs }).toEqual({ order, runs: HOUR });
    }
    expect((await checkLedger(tables.ledger)).violations).toEqual([]);
  });

  it('takes the later of two words of one segment', async () => {
    await post([run(), run({ elapsed: 60 })]);
    await post([run(), run({ elapsed: 60 })]);
    expect((await balanceOf())?.runs).toBe(240);
    expect(commits).toHaveLength(1);
  });

  it('counts a run that never started as a job without time', async () => {
    await post([run({ start: null, allocTres: '' })]);
    expect(await balanceOf()).toMatchObject({ runs: 0, jobs: 1 });
    expect((await checkLedger(tables.ledger)).violations).toEqual([]);
  });

  it('keeps accounts and users apart whose names hold the separator of keys', async () => {
    const names = ['a#b', 'a%23b', 'a', 'a#', '%', 'ä 💡'];
    await post(
      names.flatMap((account, i) => names.map((user, j) => run({ account, user, jobIdRaw: 10 * i + j }))),
    );
    const balances = await readBalances(
      tables.ledger,
      names.map((account) => ({ cluster, account })),
    );
    expect(balances.map(({ runs }) => runs)).toEqual(names.map(() => names.length * HOUR));
    expect((await checkLedger(tables.ledger)).violations).toEqual([]);
  });

  it('packs 84 runs of one user into one transaction, and at worst 100 actions into each', async () => {
    await post(Array.from({ length: 84 }, (_, jobIdRaw) => run({ jobIdRaw })));
    expect(commits).toEqual([{ attempts: 1, actions: 88, charges: 84 }]);
    commits = [];
    cluster += 1;
    await post(
      Array.from({ length: 84 }, (_, jobIdRaw) =>
        run({ jobIdRaw, account: `a${jobIdRaw}`, user: `u${jobIdRaw}` }),
      ),
    );
    expect(commits.map(({ actions }) => actions)).toEqual([97, 97, 97, 49]);
    expect((await checkLedger(tables.ledger)).violations).toEqual([]);
  });

  it('spreads a balance over shards and reads their sum', async () => {
    for (let jobIdRaw = 0; jobIdRaw < 20; jobIdRaw++)
      await post([run({ jobIdRaw })], { shards: 4, seed: jobIdRaw });
    const ledger = { ...tables.ledger, shards: 4 };
    expect((await readBalances(ledger, [{ cluster, account: 'chem' }]))[0]).toMatchObject({
      runs: 20 * HOUR,
      jobs: 20,
    });
    expect(await readDayUsage(ledger, cluster, 'chem')).toEqual([{ day: '2026-11-24', seconds: 20 * HOUR }]);
    expect((await balanceOf())?.jobs).toBeLessThan(20);
  });

  it('reads the newest charges first, and says when there are more', async () => {
    const noon = Date.UTC(2026, 10, 24, 11) / 1000;
    await post(
      Array.from({ length: 60 }, (_, jobIdRaw) =>
        run({ jobIdRaw, end: noon + (jobIdRaw % 3) * 86_400 + jobIdRaw }),
      ),
    );
    const window = { cluster, account: 'chem', from: '2026-11-24', to: '2026-11-26' };
    const all = await readCharges(tables.ledger, window);
    const ends = all.charges.map(({ record }) => record.end);
    expect(ends).toEqual([...ends].sort((a, b) => b - a));
    expect(all).toMatchObject({ more: false, charges: { length: 60 } });
    const some = await readCharges(tables.ledger, { ...window, limit: 25 });
    expect(some.more).toBe(true);
    expect(some.charges).toEqual(all.charges.slice(0, 25));
  });
});
