import * as z from 'zod';
import { idSchema } from '../../contracts/primitives.ts';
import { roleSchema } from '../../contracts/rest/fields.ts';
import type { Role } from '../../domain/rights.ts';
import { queryItems, readItem, readMany } from '../table/control-reader.ts';
import { itemsFrom, type ItemSource } from '../table/gathered-reads.ts';
import { fromItem, type Item } from '../table/items.ts';
import { childListKey, isListed, prefixes, type NumberedKind } from '../table/kinds.ts';
import { mapBounded } from '../table/map-bounded.ts';
import type { Stored } from '../table/records.ts';
import type { ControlTable } from '../table/tables.ts';

/** Queries under way at once: a long list must not take every connection. */
const PARALLEL = 25;

/** Ids of a record's children of a kind, in order. */
export async function readChildIds(
  table: ControlTable,
  parent: NumberedKind,
  id: number,
  child: NumberedKind,
): Promise<number[]> {
  if (isListed(parent, child)) return idsIn(await readItem(table, childListKey(parent, id, child)));
  const items = await queryItems(table, `${prefixes[parent]}#${id}`, `${prefixes[child]}#`);
  return items.map((item) => Number(item['sk']?.S?.slice(prefixes[child].length + 1)));
}

/**
 * Children of records by their parent's id, each in the order of their ids: a batch where parents list them in one
 * item, else a query for each parent's edges; then the children of all parents together.
 *
 * @param source where records and lists are read from
 */
export async function readChildrenOf<K extends NumberedKind>(
  table: ControlTable,
  parent: NumberedKind,
  ids: Iterable<number>,
  child: K,
  source: ItemSource = table,
): Promise<Map<number, Stored<K>[]>> {
  const parents = [...new Set(ids)];
  const children = isListed(parent, child)
    ? await readLists(source, parent, parents, child)
    : await mapBounded(parents, PARALLEL, (id) => readChildIds(table, parent, id, child));
  const records = await readMany(source, child, children.flat());
  const there = (id: number) => {
    const record = records.get(id);
    return record && !record.hidden ? [record] : [];
  };
  return new Map(parents.map((id, index) => [id, (children[index] ?? []).flatMap(there)]));
}

/** A record's children of a kind, in the order of their ids. */
export async function readChildren<K extends NumberedKind>(
  table: ControlTable,
  parent: NumberedKind,
  id: number,
  child: K,
): Promise<Stored<K>[]> {
  return (await readChildrenOf(table, parent, [id], child)).get(id) ?? [];
}

async function readLists(
  source: ItemSource,
  parent: NumberedKind,
  ids: readonly number[],
  child: NumberedKind,
): Promise<number[][]> {
  const lists = await readListItems(source, parent, ids, child);
  return ids.map((id) => idsIn(lists.get(id)));
}

/** Items that list children, by their parent. */
async function readListItems(
  source: ItemSource,
  parent: NumberedKind,
  ids: readonly number[],
  child: NumberedKind,
): Promise<Map<number, Item>> {
  const items = await itemsFrom(
    source,
    ids.map((id) => childListKey(parent, id, child)),
  );
  return new Map(items.map((item) => [Number(item['pk']?.S?.slice(prefixes[parent].length + 1)), item]));
}

/** Each child is an attribute under its padded id. */
const isChild = (name: string) => /^\d+$/.test(name);
const idsIn = (list: Item | undefined): number[] =>
  Object.keys(list ?? {})
    .filter(isChild)
    .map(Number)
    .sort((a, b) => a - b);

/** A membership as its user's list tells it. */
export interface TeamOfUser {
  membership: number;
  team: number;
  role: Role;
}

const membershipSchema = z.object({ team: idSchema, role: roleSchema });

/** Users' memberships in the order of the users; those in closed teams are among them. */
export async function readTeamsOfUsers(
  source: ItemSource,
  users: readonly number[],
): Promise<TeamOfUser[][]> {
  const lists = await readListItems(source, 'user', users, 'membership');
  return users.map((user) => teamsIn(lists.get(user)));
}

/** A user's memberships; those in closed teams are among them. */
export async function readUserTeams(table: ControlTable, user: number): Promise<TeamOfUser[]> {
  return teamsIn(await readItem(table, childListKey('user', user, 'membership')));
}

/** The memberships that a user's list holds, in the order of their ids. */
export function teamsIn(list: Item | undefined): TeamOfUser[] {
  return Object.entries(fromItem(list ?? {}))
    .filter(([name]) => isChild(name))
    .map(([name, attributes]) => ({ membership: Number(name), ...membershipSchema.parse(attributes) }))
    .sort((a, b) => a.membership - b.membership);
}
