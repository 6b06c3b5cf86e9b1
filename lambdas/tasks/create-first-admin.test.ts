import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readNumbered } from '@keystone/shared/store/table/control-reader.ts';
import { runUnitOfWork } from '@keystone/shared/store/unit-of-work/run-unit-of-work.ts';
import { startMemoryTables, type MemoryTables } from '@keystone/shared/store/testing/memory-tables.ts';
import { testSources } from '@keystone/shared/store/testing/test-sources.ts';
import { randomUUID } from 'node:crypto';
import { createFirstAdmin, firstAdminSchema, type FirstAdmin } from './create-first-admin.ts';

let tables: MemoryTables;
const sources = testSources();
beforeAll(async () => {
  tables = await startMemoryTables();
});
afterAll(() => tables.close());

const create = (admin: FirstAdmin) =>
  createFirstAdmin(
    { table: tables.control, actor: { user: null, cid: randomUUID(), remote: null }, sources, ...sources },
    admin,
    async (password) => `hash of ${password}`,
  );
const userOf = async (id: number) => (await readNumbered(tables.control, 'user', id))?.fields;

describe('the first staff account', () => {
  it('is made once, also by several at once, and keeps its password', async () => {
    const made = await Promise.all(
      ['one', 'two', 'three'].map((password) => create({ username: 'admin', password })),
    );
    expect(made.filter(({ created }) => created)).toHaveLength(1);
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    const user = await userOf(made[0]?.id ?? 0);
    expect(user).toMatchObject({ username: 'admin', is_staff: true, is_active: true });
    await expect(create({ username: 'admin', password: 'another' })).resolves.toMatchObject({
      created: false,
    });
    expect(await userOf(made[0]?.id ?? 0)).toEqual(user);
  });

  it('is not made of an account that is not staff’s', async () => {
    const { id } = await create({ username: 'carol', password: 'x' });
    const actor = { user: null, cid: randomUUID(), remote: null };
    await runUnitOfWork({ table: tables.control, actor, sources, ...sources }, async (uow) => {
      const carol = await uow.get('user', id);
      if (carol) await uow.update(carol, { is_staff: false });
    });
    await expect(create({ username: 'carol', password: 'x' })).rejects.toThrow('carol exists and is not');
  });

  it.each([
    [{ username: 'admin', password: 'too short' }],
    [{ username: 'Admin', password: 'long enough to be one' }],
    [{ username: 'admin' }],
  ])('asks for a name that a cluster can carry and a long password: %j', (event) => {
    expect(firstAdminSchema.safeParse(event).success).toBe(false);
  });
});
