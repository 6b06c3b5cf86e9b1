import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readNumbered } from '../table/control-reader.ts';
import { readHistory } from '../unit-of-work/audit.ts';
import { readHistories } from './history-reader.ts';
import type { Stored } from '../table/records.ts';
import { startMemoryTables, type MemoryTables } from '../testing/memory-tables.ts';
import { tappedClient } from '../testing/tapped-client.ts';
import { testSources } from '../testing/test-sources.ts';
import type { ControlTable } from '../table/tables.ts';
import { UnitOfWork } from '../unit-of-work/unit-of-work.ts';

const sources = testSources();
const actor = { user: null, cid: '00000000-0000-4000-8000-000000000000', remote: null };
let tables: MemoryTables;
let tapped: ControlTable;
let calls: string[];

beforeAll(async () => {
  tables = await startMemoryTables();
  const client = tappedClient(tables.control.client, (command, perform) => {
    calls.push(command);
    return perform();
  });
  tapped = { ...tables.control, client };
});
afterAll(async () => {
  tapped.client.destroy();
  await tables.close();
});
beforeEach(() => {
  calls = [];
});

/** A team that was changed so often since it was made. */
async function teamWith(changes: number): Promise<Stored<'team'>> {
  const uow = new UnitOfWork(tables.control, actor, sources);
  const slug = `t${changes}-${sources.ulid().slice(-6)}`;
  const { fields } = await uow.create('team', { slug, name: 'new', is_active: true });
  await uow.commit();
  for (let change = 0; change < changes; change += 1) {
    const next = new UnitOfWork(tables.control, actor, sources);
    const team = await next.get('team', fields.id);
    if (!team) throw new Error('the team is gone');
    await next.update(team, { name: `name ${change}` });
    await next.commit();
  }
  const team = await readNumbered(tables.control, 'team', fields.id);
  if (!team) throw new Error('the team is gone');
  return team;
}

describe('histories of records', () => {
  it('are read in one batch while records name their entries', async () => {
    const teams = [await teamWith(0), await teamWith(3), await teamWith(11)];
    const histories = await readHistories(tapped, teams);
    expect(calls).toEqual(['BatchGetItemCommand']);
    expect(histories.map((entries) => entries.length)).toEqual([1, 4, 12]);
    expect(histories).toEqual(await Promise.all(teams.map(({ key }) => readHistory(tables.control, key))));
  });

  it('of which a record has more are asked for, and are as whole', async () => {
    const long = await teamWith(12);
    expect(long.log).toBeUndefined();
    const [entries, other] = await readHistories(tapped, [long, await teamWith(1)]);
    expect(calls.sort()).toEqual(['BatchGetItemCommand', 'QueryCommand']);
    expect(entries).toHaveLength(13);
    expect(entries).toEqual(await readHistory(tables.control, long.key));
    expect(other).toHaveLength(2);
  });

  it('that the record has outgrown are never named again', async () => {
    expect((await teamWith(14)).log).toBeUndefined();
  });
});
