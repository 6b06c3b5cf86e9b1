import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Charge } from './ledger-records.ts';
import { postCharges } from './ledger-writer.ts';
import { readUsageBeyond } from './segment-reader.ts';
import { startMemoryTables, type MemoryTables } from '../testing/memory-tables.ts';
import { testSources } from '../testing/test-sources.ts';
import { charge } from '../testing/usage-records.ts';

let tables: MemoryTables;
let cluster = 0;
beforeAll(async () => {
  tables = await startMemoryTables();
});
afterAll(() => tables.close());
beforeEach(() => {
  cluster += 1;
});

const post = (...charges: Charge[]) =>
  postCharges({ ledger: tables.ledger, sources: testSources() }, charges);
const run = (overrides: Parameters<typeof charge>[0], segment: number, epoch = 1) =>
  charge(overrides, { epoch, segment }, cluster);
const beyond = async (segment: number, epoch = 1, account = 'chem') => {
  const found = await readUsageBeyond(tables.ledger, cluster, { epoch, segment });
  return (found.get(account) ?? []).map(({ day, seconds }) => ({ day, seconds }));
};
const day = '2026-11-24';

describe('what segments after a mark added', () => {
  it('is told by account and start day, and what lies up to the mark is not', async () => {
    await post(
      run({ jobIdRaw: 1 }, 1),
      run({ jobIdRaw: 2, elapsed: 60 }, 2),
      run({ jobIdRaw: 3, elapsed: 90 }, 10),
    );
    expect(await beyond(0)).toEqual([
      { day, seconds: 14_400 },
      { day, seconds: 240 },
      { day, seconds: 360 },
    ]);
    expect(await beyond(2)).toEqual([{ day, seconds: 360 }]);
    expect(await beyond(10)).toEqual([]);
    expect(await beyond(0, 1, 'physics')).toEqual([]);
  });

  it('is the difference where a segment changed a run, also from one account to another', async () => {
    await post(run({ jobIdRaw: 1 }, 1));
    await post(run({ jobIdRaw: 1, elapsed: 60 }, 2));
    expect(await beyond(1)).toEqual([{ day, seconds: 240 - 14_400 }]);
    await post(run({ jobIdRaw: 1, elapsed: 60, account: 'physics' }, 3));
    expect(await beyond(2)).toEqual([{ day, seconds: -240 }]);
    expect(await beyond(2, 1, 'physics')).toEqual([{ day, seconds: 240 }]);
  });

  it('is nothing more for a segment that comes again', async () => {
    await post(run({ jobIdRaw: 1 }, 5));
    await post(run({ jobIdRaw: 1 }, 5));
    await post(run({ jobIdRaw: 1 }, 6));
    expect(await beyond(0)).toEqual([{ day, seconds: 14_400 }]);
  });

  it('holds of a later enrolment only numbers after the mark, and nothing of an earlier one', async () => {
    await post(run({ jobIdRaw: 1, elapsed: 1 }, 3, 1));
    await post(run({ jobIdRaw: 2, elapsed: 2 }, 2, 2), run({ jobIdRaw: 3, elapsed: 3 }, 4, 2));
    expect(await beyond(2, 1)).toEqual([
      { day, seconds: 4 },
      { day, seconds: 12 },
    ]);
    expect(await beyond(1, 2)).toEqual([
      { day, seconds: 8 },
      { day, seconds: 12 },
    ]);
  });

  it('is nothing before the first enrolment', async () => {
    await post(run({ jobIdRaw: 1 }, 5));
    expect(await beyond(0, 0)).toEqual([]);
  });

  it('keeps accounts apart whatever their names hold', async () => {
    const names = ['a b', 'a', '#x', 'line\nbreak', ''];
    await post(...names.map((account, jobIdRaw) => run({ account, jobIdRaw, elapsed: jobIdRaw + 1 }, 1)));
    for (const [at, account] of names.entries())
      expect(await beyond(0, 1, account)).toEqual([{ day, seconds: 4 * (at + 1) }]);
  });
});
