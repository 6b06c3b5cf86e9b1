import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { readHistory } from './audit.ts';
import { batchReadItems } from '../table/batch-reader.ts';
import { readTeamMembers } from '../table/control-reader.ts';
import { ConflictError, TooLargeError } from '../table/errors.ts';
import { fromItem } from '../table/items.ts';
import { guardKeys, keyOf } from '../table/kinds.ts';
import { readOutbox } from './outbox.ts';
import { startMemoryTables, type MemoryTables } from '../testing/memory-tables.ts';
import { testSources } from '../testing/test-sources.ts';
import { ModelUnit, nameOf, StoreModel, uniqueValue } from '../testing/unit-of-work-model.ts';
import { UnitPair } from '../testing/unit-of-work-pair.ts';
import { UnitOfWork } from './unit-of-work.ts';

let tables: MemoryTables;
const sources = testSources(11);
beforeAll(async () => {
  tables = await startMemoryTables(sources.random);
});
afterAll(() => tables.close());

/** Runs are apart: each has its own names and numbers. */
let run = 0;
const slugOf = (slug: number) => `t${run}-${slug}`;
const numberOf = (number: number) => run * 10 + number;
const numbers = [1, 2, 3, 4];
const team = (slug: number) => ({ slug: slugOf(slug), name: `Team ${slug}`, is_active: true });
const membership = (user: number, of: number) => ({
  user: numberOf(user),
  team: numberOf(of),
  role: 'MB' as const,
  username: `user${user}`,
  active: true,
});

const small = fc.constantFrom(...numbers);
const pick = fc.nat({ max: 9 });
type Step = (pair: UnitPair) => Promise<void>;
const named = (name: string, step: Step) => Object.assign(step, { toString: () => name });
const step: fc.Arbitrary<Step> = fc.oneof(
  small.map((slug) => named(`create team ${slug}`, (pair) => pair.create('team', team(slug)))),
  fc
    .tuple(small, small)
    .map(([user, of]) =>
      named(`create membership ${user} ${of}`, (pair) => pair.create('membership', membership(user, of))),
    ),
  fc
    .tuple(pick, small)
    .map(([at, slug]) =>
      named(`rename team #${at} to ${slug}`, (pair) => pair.update('team', at, { slug: slugOf(slug) })),
    ),
  fc
    .tuple(pick, fc.boolean())
    .map(([at, is_active]) =>
      named(`open team #${at} ${is_active}`, (pair) => pair.update('team', at, { is_active })),
    ),
  fc
    .tuple(pick, small, small)
    .map(([at, user, of]) =>
      named(`move membership #${at} to ${user} ${of}`, (pair) =>
        pair.update('membership', at, { user: numberOf(user), team: numberOf(of) }),
      ),
    ),
  fc
    .tuple(pick, fc.constantFrom('OW', 'AD', 'MB'))
    .map(([at, role]) =>
      named(`role of membership #${at} ${role}`, (pair) => pair.update('membership', at, { role })),
    ),
  pick.map((at) => named(`remove #${at}`, (pair) => pair.remove(at))),
  pick.map((at) => named(`get #${at}`, (pair) => pair.getAny(at))),
  small.map((slug) => named(`find team ${slug}`, (pair) => pair.find('team', team(slug)))),
  fc
    .tuple(small, small)
    .map(([user, of]) =>
      named(`find membership ${user} ${of}`, (pair) => pair.find('membership', membership(user, of))),
    ),
  small.map((cluster) => named(`emit ${cluster}`, async (pair) => pair.emit(numberOf(cluster)))),
);
const unit = fc.record({
  steps: fc.array(step, { minLength: 1, maxLength: 14, size: 'max' }),
  end: fc.constantFrom('commit', 'commit', 'commit', 'rehearse', 'overtaken'),
});

const newUnit = () =>
  new UnitOfWork(tables.control, { user: null, cid: randomUUID(), remote: null }, sources);

describe('a unit of work', () => {
  it('does what its model does, whatever the commands', async () => {
    let commands = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(unit, { minLength: 1, maxLength: 8, size: 'max' }), async (units) => {
        run += 1;
        const store = new StoreModel();
        for (const { steps, end } of units) {
          const pair = new UnitPair(newUnit(), new ModelUnit(store));
          for (const next of steps) await next(pair);
          commands += steps.length;
          if (end === 'overtaken' && (await overtake(pair, store))) await pair.commitOvertaken();
          else if (end !== 'rehearse') await pair.commit();
          await expectSame(store);
        }
        await expectSameEvents(store);
      }),
      { numRuns: 100 },
    );
    expect(commands).toBeGreaterThan(500);
  }, 120_000);
});

/** Another unit of work changes a record that this one read. @returns false where it read none that was stored */
async function overtake(pair: UnitPair, store: StoreModel): Promise<boolean> {
  const visible = new ModelUnit(store).visible();
  const at = visible.findIndex(({ kind, id }) => pair.touched.has(nameOf(kind, id)));
  const record = visible[at];
  if (!record) return false;
  const other = new UnitPair(newUnit(), new ModelUnit(store));
  const place = visible.filter(({ kind }) => kind === record.kind).indexOf(record);
  await other.update(record.kind, place, record.kind === 'team' ? { name: 'overtaken' } : { role: 'OW' });
  await other.commit();
  return true;
}

/** Records with versions, history, unique values and edges, all of them and no more. */
async function expectSame(store: StoreModel): Promise<void> {
  const names = [...store.history.keys()].map((name) => {
    const [kind, id] = name.split(' ');
    return { name, key: keyOf(kind === 'team' ? 'team' : 'membership', Number(id)) };
  });
  const found = (
    await batchReadItems(
      tables.control,
      names.map(({ key }) => key),
    )
  ).map(fromItem);
  const items = new Map(found.map(({ pk, ...item }) => [pk, item]));
  for (const { name, key } of names) {
    const record = store.records.get(name);
    const item = items.get(key.pk);
    expect(item?.['v']).toBe(record?.version);
    expect(item?.['hidden'] === true).toBe(record?.hidden ?? false);
    expect(item?.['gsi1pk'] !== undefined).toBe(record !== undefined && !record.hidden);
    if (record) expect(item).toMatchObject(record.fields);
    const history = (await readHistory(tables.control, key)).reverse();
    const lines = history.map(({ action, changes }) => ({ action, fields: Object.keys(changes).sort() }));
    expect({ name, lines }).toEqual({ name, lines: store.history.get(name) });
  }
  await expectSameGuards(store);
  for (const of of numbers) await expectSameMembers(store, numberOf(of));
}

async function expectSameGuards(store: StoreModel): Promise<void> {
  const slugs = numbers.map((slug) => ({
    kind: 'team' as const,
    fields: team(slug),
    guard: guardKeys.slug(slugOf(slug)),
  }));
  const memberships = numbers.flatMap((user) =>
    numbers.map((of) => ({
      kind: 'membership' as const,
      fields: membership(user, of),
      guard: guardKeys.membership(numberOf(user), numberOf(of)),
    })),
  );
  const guards = [...slugs, ...memberships];
  const keys = guards.map(({ guard }) => ({ pk: `U#${guard}`, sk: 'A' }));
  const held = (await batchReadItems(tables.control, keys)).map(fromItem);
  const owners = new Map(held.map(({ pk, id }) => [pk, id]));
  for (const { kind, fields, guard } of guards)
    expect({ guard, owner: owners.get(`U#${guard}`) }).toEqual({
      guard,
      owner: store.holder(uniqueValue(kind, fields))?.id,
    });
}

async function expectSameMembers(store: StoreModel, of: number): Promise<void> {
  const members = await readTeamMembers(tables.control, of);
  const expected = store
    .members(of)
    .map(({ id, fields: { user, username, role, active } }) => ({
      membership: id,
      user,
      username,
      role,
      active,
    }))
    .sort((a, b) => a.membership - b.membership);
  expect(members).toEqual(expected);
}

/** An event is owed where its unit of work was committed, once. */
async function expectSameEvents(store: StoreModel): Promise<void> {
  const { entries } = await readOutbox(tables.control, new Date('2100-01-01'));
  const own = entries
    .flatMap(({ events }) => events.map((event) => ('cluster' in event ? event.cluster : NaN)))
    .filter((cluster) => cluster > run * 10 && cluster < run * 10 + 10);
  expect(own.sort()).toEqual([...store.events].sort());
}

describe('a commit', () => {
  beforeAll(() => {
    run += 1;
  });

  it('passes a unique value from one record to another', async () => {
    const first = newUnit();
    const old = await first.create('membership', membership(1, 1));
    await first.commit();
    const next = newUnit();
    const known = await next.get('membership', old.fields.id);
    if (known) next.remove(known);
    const made = await next.create('membership', { ...membership(1, 1), role: 'OW' });
    await next.commit();
    const found = await newUnit().find('membership', guardKeys.membership(numberOf(1), numberOf(1)));
    expect(found?.fields).toEqual({ ...membership(1, 1), role: 'OW', id: made.fields.id });
  });

  it('exchanges unique values by way of a third', async () => {
    const first = newUnit();
    const a = await first.create('team', team(1));
    const b = await first.create('team', team(2));
    await first.commit();
    const next = newUnit();
    const [one, two] = [await next.get('team', a.fields.id), await next.get('team', b.fields.id)];
    if (!one || !two) throw new Error('gone');
    await next.update(two, { slug: slugOf(3) });
    await next.update(one, { slug: slugOf(2) });
    await next.update(two, { slug: slugOf(1) });
    await next.commit();
    expect((await newUnit().find('team', guardKeys.slug(slugOf(1))))?.fields.id).toBe(b.fields.id);
    expect((await newUnit().find('team', guardKeys.slug(slugOf(2))))?.fields.id).toBe(a.fields.id);
  });

  it('is made by one of two that take the same unique value at once', async () => {
    const units = [newUnit(), newUnit()];
    for (const uow of units) await uow.create('team', team(4));
    const outcomes = await Promise.allSettled(units.map((uow) => uow.commit()));
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(ConflictError);
  });

  it('writes over nothing that came after it was looked for, though it is looked for again', async () => {
    const row = { cluster: numberOf(1), account: slugOf(1), team: numberOf(1), grants: [] };
    const uow = newUnit();
    expect(await uow.getEntitlement(row.cluster, row.account)).toBeUndefined();
    const other = newUnit();
    await other.createEntitlement(row);
    await other.commit();
    expect(await uow.getEntitlement(row.cluster, row.account)).toBeUndefined();
    await uow.createEntitlement(row);
    await expect(uow.commit()).rejects.toThrow(ConflictError);
  });

  it('refuses what one transaction can’t hold, and says how much it was', async () => {
    const uow = newUnit();
    for (let user = 10; user < 35; user++) await uow.create('membership', membership(user, 1));
    await expect(uow.commit()).rejects.toThrow(TooLargeError);
    expect(await readTeamMembers(tables.control, numberOf(1))).toHaveLength(1);
  });

  it('owes an event even where nothing else is written', async () => {
    const uow = newUnit();
    uow.emit({ type: 'policy', cluster: 999_999, cid: uow.actor.cid });
    expect((await uow.commit())?.events).toMatchObject([{ cluster: 999_999 }]);
  });
});
