import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { holds, updated, type Item, type Terms } from './expressions.ts';
import { ValidationError } from './store-errors.ts';
import { idOf, keyOf, type ItemChange, type Tables } from './tables.ts';

/** One action on one item, ready to be looked at. */
export interface ItemWrite {
  readonly id: string;
  readonly table: string;
  readonly pk: string;
  readonly sk: string;
  readonly condition: string | undefined;
  readonly terms: Terms;
  /** The item afterwards; undefined deletes it, and a mere check gives what stands. */
  readonly next: (before: Item | undefined) => Item | undefined;
}

const MOST_ITEM_BYTES = 400 * 1024;

export function putOf(
  put: Terms & {
    TableName: string | undefined;
    Item: Item | undefined;
    ConditionExpression?: string | undefined;
  },
): ItemWrite {
  const item = put.Item ?? {};
  if (sizeOf(item) > MOST_ITEM_BYTES)
    throw new ValidationError('Item size has exceeded the maximum allowed size');
  return writeOf(put, item, () => item);
}

export function updateOf(
  update: Terms & {
    TableName: string | undefined;
    Key: Item | undefined;
    UpdateExpression?: string | undefined;
    ConditionExpression?: string | undefined;
  },
): ItemWrite {
  const { Key: key = {}, UpdateExpression: text = '' } = update;
  return writeOf(update, key, (before) => updated(text, update, key, before));
}

export function deleteOf(
  gone: Terms & {
    TableName: string | undefined;
    Key: Item | undefined;
    ConditionExpression?: string | undefined;
  },
): ItemWrite {
  return writeOf(gone, gone.Key ?? {}, () => undefined);
}

function writeOf(
  request: Terms & { TableName: string | undefined; ConditionExpression?: string | undefined },
  key: Item,
  next: ItemWrite['next'],
): ItemWrite {
  const table = request.TableName ?? '';
  const { pk, sk } = keyOf(key);
  return {
    id: idOf(table, pk, sk),
    table,
    pk,
    sk,
    condition: request.ConditionExpression,
    terms: request,
    next,
  };
}

/** An action of a transaction. */
export function actionOf({ Put, Update, Delete, ConditionCheck }: TransactWriteItem): ItemWrite {
  if (Put) return putOf(Put);
  if (Update) return updateOf(Update);
  if (Delete) return deleteOf(Delete);
  if (!ConditionCheck) throw new ValidationError('an action of a transaction is empty');
  return writeOf(ConditionCheck, ConditionCheck.Key ?? {}, (before) => before);
}

/** The change that a write comes to now, or that its condition does not hold. */
export function changeOf(tables: Tables, write: ItemWrite): ItemChange | 'condition-failed' {
  const { table, pk, sk } = write;
  const before = tables.get(table, pk, sk);
  if (!holds(write.condition, write.terms, before)) return 'condition-failed';
  return { table, pk, sk, before, after: write.next(before) };
}

/** About what DynamoDB counts. */
export function sizeOf(item: Item | undefined): number {
  let size = 0;
  for (const [name, value] of Object.entries(item ?? {})) {
    size += name.length + 1;
    if (value.S !== undefined) size += value.S.length;
    else if (value.B !== undefined) size += value.B.length;
    else if (value.M !== undefined) size += 3 + sizeOf(value.M);
    else if (value.L !== undefined) for (const inner of value.L) size += sizeOf({ '': inner });
    else size += 8;
  }
  return size;
}
