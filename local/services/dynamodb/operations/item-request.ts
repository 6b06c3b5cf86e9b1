import db from 'dynalite/db/index.js';
import type { Item, Json, Table } from 'dynalite/db/index.js';
import type { Engine } from '../engine.ts';
import { isItem } from '../storage/expiry.ts';
import { activeTable, parseRequest } from './actions.ts';

const actionOf = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  Get: 'GetItem',
  /** A condition on an item is checked as a Delete would; its action is never run. */
  ConditionCheck: 'DeleteItem',
} as const;

export type ItemKind = keyof typeof actionOf;
export type ItemAction = (typeof actionOf)[ItemKind];

/** One action on one item, checked against its table. */
export type ItemRequest = {
  kind: ItemKind;
  action: ItemAction;
  table: Table;
  /** Key of the item within its table. */
  key: string;
  /** The item among those of all tables. */
  id: string;
  request: Json;
  returnOld: boolean;
};

/** Checks one action of a request; `raw` is as the caller sent it. */
export async function readItemRequest(engine: Engine, kind: ItemKind, raw: Json): Promise<ItemRequest> {
  const action = actionOf[kind];
  const request = parseRequest(action, raw, engine.store);
  const table = await activeTable(engine.store, String(request['TableName']));
  const item = request[kind === 'Put' ? 'Item' : 'Key'];
  const keys: Item = isItem(item) ? item : {};
  const error = kind === 'Put' ? db.validateItem(keys, table) : db.validateKey(keys, table);
  if (error) throw error;
  const key = db.createKey(keys, table);
  return {
    kind,
    action,
    table,
    key,
    id: `${table.TableName}/${key}`,
    request,
    returnOld: raw['ReturnValuesOnConditionCheckFailure'] === 'ALL_OLD',
  };
}
