import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { listKind } from './list-kind.ts';
import { startMemoryTables, type MemoryTables } from './testing/memory-tables.ts';
import { testSources } from './testing/test-sources.ts';
import { UnitOfWork } from './unit-of-work.ts';

const HOUR_MS = 3_600_000;
const sources = testSources();
const actor = { user: null, cid: '00000000-0000-4000-8000-000000000000', remote: null };
let tables: MemoryTables;

beforeAll(async () => {
  tables = await startMemoryTables();
});
afterAll(() => tables.close());

async function write(work: (uow: UnitOfWork) => Promise<unknown>): Promise<void> {
  const uow = new UnitOfWork(tables.control, actor, sources);
  await work(uow);
  await uow.commit();
}

const create = (count: number, kind: string) =>
  write(async (uow) => {
    for (let made = 0; made < count; made += 1)
      await uow.create('team', { slug: `${kind}${made}`, name: kind, is_active: true });
  });

const names = async () => (await listKind(tables.control, 'team')).map(({ fields }) => fields.name);

describe('a list of all records, while its index lags behind', () => {
  it('shows the newest as they are, and the others as the index has them', async () => {
    for (const kind of ['a', 'b', 'c', 'd', 'e']) await create(25, kind);
    tables.indexDelayMs = HOUR_MS;
    await create(1, 'f');
    const listed = await names();
    expect(listed).toHaveLength(126);
    expect(listed.at(-1)).toBe('f');

    await write(async (uow) => {
      for (const id of [1, 60, 61]) {
        const team = await uow.get('team', id);
        if (!team) throw new Error(`no team ${id}`);
        if (id === 61) uow.remove(team);
        else await uow.update(team, { name: 'other' });
      }
    });
    const changed = await names();
    expect(changed).toHaveLength(125);
    expect([changed[0], changed[59]]).toEqual(['a', 'other']);
  });

  it('is empty where nothing was ever made', async () => {
    await expect(listKind(tables.control, 'cluster')).resolves.toEqual([]);
  });
});
