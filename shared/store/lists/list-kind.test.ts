import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { readLastMark } from '../unit-of-work/change-marks.ts';
import { keyItem } from '../table/items.ts';
import { listKind } from './list-kind.ts';
import { startMemoryTables, type MemoryTables } from '../testing/memory-tables.ts';
import { tappedClient } from '../testing/tapped-client.ts';
import { testSources } from '../testing/test-sources.ts';
import type { ControlTable } from '../table/tables.ts';
import { UnitOfWork } from '../unit-of-work/unit-of-work.ts';

const HOUR_MS = 3_600_000;
const sources = testSources();
const actor = { user: null, cid: '00000000-0000-4000-8000-000000000000', remote: null };
let tables: MemoryTables;
/** What one process knows of the table, and the calls that it made since. */
let own: ControlTable;
let calls: string[] = [];

beforeAll(async () => {
  tables = await startMemoryTables();
});
afterAll(() => tables.close());
beforeEach(() => {
  const client = tappedClient(tables.control.client, (command, perform) => {
    calls.push(command);
    return perform();
  });
  own = { ...tables.control, client };
  calls = [];
});
afterEach(() => own.client.destroy());

async function write(work: (uow: UnitOfWork) => Promise<unknown>): Promise<void> {
  sources.clock.now = new Date(sources.clock.now.getTime() + 40_000);
  const uow = new UnitOfWork(tables.control, actor, sources);
  await work(uow);
  await uow.commit();
}

let made = 0;
const create = (count: number, name: string) =>
  write(async (uow) => {
    for (let left = count; left > 0; left -= 1)
      await uow.create('team', { slug: `t${(made += 1)}`, name, is_active: true });
  });

const change = (id: number, name: string) =>
  write(async (uow) => {
    const team = await uow.get('team', id);
    if (team) await uow.update(team, { name });
  });
const remove = (id: number) =>
  write(async (uow) => {
    const team = await uow.get('team', id);
    if (team) uow.remove(team);
  });

const names = async (table = own) =>
  new Map((await listKind(table, 'team')).map(({ fields: { id, name } }) => [id, name]));

describe('a list of all records', () => {
  it('is empty where nothing was ever made', async () => {
    await expect(listKind(own, 'cluster')).resolves.toEqual([]);
  });

  it('shows what others made, changed and deleted since, however far the index lags behind', async () => {
    await create(20, 'old');
    await names();
    tables.indexDelayMs = HOUR_MS;
    await create(2, 'new');
    for (const id of [1, 2]) await change(id, 'other');
    for (const id of [3, 22]) await remove(id);
    const listed = await names();
    expect([...listed.keys()]).toEqual([1, 2, ...Array.from({ length: 18 }, (_, at) => at + 4)]);
    expect([1, 2, 4, 21].map((id) => listed.get(id))).toEqual(['other', 'other', 'old', 'new']);
    tables.indexDelayMs = 0;
  });

  it('read for the first time shows what was changed in the last minute', async () => {
    tables.indexDelayMs = HOUR_MS;
    await change(5, 'just now');
    expect((await names()).get(5)).toBe('just now');
    tables.indexDelayMs = 0;
  });

  it('takes one query where nothing was changed, and reads what was', async () => {
    await names();
    calls = [];
    await names();
    expect(calls).toEqual(['QueryCommand']);
    await change(6, 'once');
    calls = [];
    await names();
    await names();
    expect(calls).toEqual(['QueryCommand', 'BatchGetItemCommand', 'QueryCommand']);
  });

  it('shows a change whose mark is older than others that were read before it', async () => {
    await change(7, 'first');
    await names();
    const late = new Date(sources.clock.now.getTime() - 30_000);
    const uow = new UnitOfWork(tables.control, actor, { ...sources, now: () => late });
    const team = await uow.get('team', 8);
    if (!team) throw new Error('no team 8');
    await uow.update(team, { name: 'late' });
    await uow.commit();
    expect((await names()).get(8)).toBe('late');
  });

  it('is read anew where the last mark is gone, and others may be with it', async () => {
    await change(9, 'before');
    await names();
    await change(10, 'unseen');
    for (let gone = 0; gone < 2; gone += 1) {
      const last = await readLastMark(tables.control, 'team');
      if (!last) throw new Error('no mark');
      const key = { TableName: 'control', Key: keyItem({ pk: 'CHG', sk: last.sk }) };
      await tables.control.client.send(new DeleteItemCommand(key));
    }
    expect((await names()).get(10)).toBe('unseen');
  });

  it('is the same for calls at once, and its callers may sort it', async () => {
    const [one, other] = await Promise.all([listKind(own, 'team'), listKind(own, 'team')]);
    one.reverse();
    expect(other.map(({ fields }) => fields.id)).toEqual([...(await names()).keys()]);
  });

  it('is asked for again after a read that failed', async () => {
    await names();
    const { client } = own;
    own.client = tappedClient(client, () => Promise.reject(new Error('away')));
    await expect(names()).rejects.toThrow('away');
    own.client.destroy();
    own.client = client;
    expect((await names()).get(9)).toBe('before');
  });
});
