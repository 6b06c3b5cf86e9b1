import db from 'dynalite/db/index.js';
import type { Item, Json, Operation } from 'dynalite/db/index.js';
import type { Engine } from '../engine.ts';
import { isItem } from '../storage/expiry.ts';
import { overlayItem } from '../storage/item-overlay.ts';
import type { Change } from '../storage/item-overlay.ts';
import { itemPrefix } from '../storage/key-space.ts';
import { runAction } from './actions.ts';
import { invalid, isRefusal } from './errors.ts';
import type { Refusal } from './errors.ts';
import type { ItemRequest } from './item-request.ts';

/** What an action on an item comes to, before anything is written. */
export type Outcome = { change: Change; result: Json; refusal?: Refusal };

/** Works out what an action does to its item. The caller holds the item's lock. */
export async function changeItem({ store }: Engine, item: ItemRequest): Promise<Outcome> {
  const table = item.table.TableName;
  const found = await store.db.get(itemPrefix(table) + item.key);
  const before = isItem(found) ? found : undefined;
  const change: Change = { table, key: item.key, before, after: before, item: [], indexes: [] };
  try {
    if (item.kind === 'ConditionCheck') {
      const error = db.checkConditional(item.request, before);
      if (error) throw error;
      return { change, result: {} };
    }
    const result = await runAction(item.action, overlayItem(store, change), item.request);
    change.after = writtenItem(change);
    refuseEmptyIndexKeys(item, change.after);
    return { change, result };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { change, result: {}, refusal: error };
  }
}

/** Writes changes in one batch over all tables and indexes: all of it is there after a crash, or nothing. */
export async function writeChanges(
  { store, lag, expiry }: Engine,
  changes: readonly Change[],
  beside: readonly Operation[] = [],
): Promise<void> {
  const items = changes.flatMap((change) => change.item);
  if (items.length === 0 && beside.length === 0) return;
  const staged = lag.stage(changes.flatMap((change) => change.indexes));
  await store.db.batch([...items, ...staged.operations, ...beside]);
  lag.written(staged);
  for (const change of changes) if (change.item.length > 0) expiry.observe(change);
}

function writtenItem({ item, before }: Change): Item | undefined {
  const last = item.at(-1);
  if (!last) return before;
  return last.type === 'put' && isItem(last.value) ? last.value : undefined;
}

/** dynalite takes an empty string as the key of an index; DynamoDB does not. */
function refuseEmptyIndexKeys({ table }: ItemRequest, after: Item | undefined): void {
  if (!after) return;
  const error = db.traverseIndexes(table, (attribute, type, index) =>
    after[attribute]?.[type] === ''
      ? invalid(
          'One or more parameter values are not valid. A value specified for a secondary index key is not supported. ' +
            `The AttributeValue for a key attribute cannot contain an empty ${type === 'S' ? 'string' : 'binary'} value. ` +
            `IndexName: ${index.IndexName}, IndexKey: ${attribute}`,
        )
      : undefined,
  );
  if (error) throw error;
}
