import { SHAPE, keyItem, toItem, type Item } from './items.ts';
import type { Key } from './records.ts';

/** On what an item's write depends; `names` and `values` are those of the expression alone. */
export interface WriteCondition {
  expression: string;
  names?: Record<string, string>;
  values?: Record<string, unknown>;
}

/** An update of one item, as UpdateItem and a transaction's Update take it. */
export interface ItemUpdate {
  TableName: string;
  Key: Item;
  UpdateExpression: string;
  ConditionExpression?: string;
  ExpressionAttributeNames: Record<string, string>;
  ExpressionAttributeValues: Item;
}

/**
 * Writes attributes of an item that may stand already, and leaves all others: what a newer version of this code added
 * outlives the write of an older one that runs beside it, and with it the item's shape. An attribute that is undefined
 * is taken out.
 */
export function setItem(
  TableName: string,
  key: Key,
  attributes: Record<string, unknown>,
  condition?: WriteCondition,
): ItemUpdate {
  const names = Object.keys(attributes);
  const set = names.filter((name) => attributes[name] !== undefined);
  const gone = names.filter((name) => attributes[name] === undefined);
  const sets = ['#_v = if_not_exists(#_v, :_v)', ...set.map((name) => `#${name} = :${name}`)];
  const removes = gone.length === 0 ? '' : ` REMOVE ${gone.map((name) => `#${name}`).join(', ')}`;
  return {
    TableName,
    Key: keyItem(key),
    UpdateExpression: `SET ${sets.join(', ')}${removes}`,
    ...(condition && { ConditionExpression: condition.expression }),
    ExpressionAttributeNames: {
      ...Object.fromEntries(['_v', ...names].map((name) => [`#${name}`, name])),
      ...condition?.names,
    },
    ExpressionAttributeValues: toItem({
      ':_v': SHAPE,
      ...Object.fromEntries(set.map((name) => [`:${name}`, attributes[name]])),
      ...condition?.values,
    }),
  };
}
