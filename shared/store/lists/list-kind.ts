import { KindList } from './kind-list.ts';
import type { NumberedKind } from '../table/kinds.ts';
import type { Stored } from '../table/records.ts';
import type { ControlTable } from '../table/tables.ts';

type Lists = { [K in NumberedKind]: KindList<K> };
const lists = new WeakMap<ControlTable, Lists>();

/**
 * All records of a kind, by id. What a process has read of them before it keeps, and reads only what was changed since:
 * a change that was committed before the call shows, however far the staff-wide index lags behind.
 */
export async function listKind<K extends NumberedKind>(table: ControlTable, kind: K): Promise<Stored<K>[]> {
  const known = lists.get(table) ?? listsOf(table);
  lists.set(table, known);
  const list: KindList<K> = known[kind];
  return list.records();
}

const listsOf = (table: ControlTable): Lists => ({
  user: new KindList(table, 'user'),
  team: new KindList(table, 'team'),
  membership: new KindList(table, 'membership'),
  cluster: new KindList(table, 'cluster'),
  request: new KindList(table, 'request'),
  allocation: new KindList(table, 'allocation'),
  review: new KindList(table, 'review'),
});
