import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { keyItem, SHAPE, toItem, writeRecord, type Item } from '../table/items.ts';
import { kinds, type Edge } from '../table/kinds.ts';
import { logAfter } from '../table/record-log.ts';
import { setItem } from '../table/set-item.ts';
import { idOf, relationsAfter, relationsBefore, type Tracked } from '../table/tracked-record.ts';

/** True where a commit writes the record; one that was made and removed again leaves nothing. */
export const isWritten = ({ state, before }: Tracked) =>
  state === 'changed' || (state === 'removed' && before !== undefined);

/** Fails the commit where a record that a rule relied on has changed. */
export function checkAction(table: string, entry: Tracked): TransactWriteItem {
  return { ConditionCheck: { TableName: table, Key: keyItem(entry.key), ...unchanged(entry) } };
}

/** Fails the commit alike, and makes others fail that read the record before. */
export function touchAction(table: string, entry: Tracked): TransactWriteItem {
  const { ConditionExpression, ExpressionAttributeValues } = unchanged(entry);
  return {
    Update: {
      TableName: table,
      Key: keyItem(entry.key),
      UpdateExpression: 'SET v = :next',
      ConditionExpression,
      ExpressionAttributeValues: { ...ExpressionAttributeValues, ':next': { N: String(entry.version + 1) } },
    },
  };
}

const unchanged = ({ version }: Tracked) => ({
  ConditionExpression: 'v = :v',
  ExpressionAttributeValues: { ':v': { N: String(version) } },
});

/**
 * The write of a record, on condition of its version, and those of its edges.
 *
 * @param audited id of the audit entry that goes beside it
 */
export function recordActions(table: string, entry: Tracked, audited: number): TransactWriteItem[] {
  return [recordAction(table, entry, audited), ...edgeActions(table, entry)];
}

function recordAction(table: string, entry: Tracked, audited: number): TransactWriteItem {
  const hidden = entry.state === 'removed';
  if (hidden && !kinds[entry.kind].kept)
    return { Delete: { TableName: table, Key: keyItem(entry.key), ...unchanged(entry) } };
  const condition = entry.before ? unchanged(entry) : { ConditionExpression: 'attribute_not_exists(pk)' };
  return { Put: { TableName: table, Item: itemOf(entry, hidden, audited), ...condition } };
}

/** The item with what it held beside the known fields; its place in the index follows from the fields alone. */
function itemOf({ kind, before, after, version, raw }: Tracked, hidden: boolean, audited: number): Item {
  const { gsi1pk: _pk, gsi1sk: _sk, log: _log, ...kept } = raw;
  const log = logAfter(kind, raw, before === undefined, audited);
  const written = writeRecord(kind, after, version + 1, hidden);
  return { ...kept, ...written, ...newerShape(raw), ...(log && toItem({ log })) };
}

/** An item of a newer shape keeps what makes it one, and so its shape: readers that know it would bring it up once more. */
function newerShape({ _v }: Item): Item {
  return _v?.N !== undefined && Number(_v.N) > SHAPE ? { _v } : {};
}

function edgeActions(TableName: string, entry: Tracked): TransactWriteItem[] {
  const before = new Map(relationsBefore(entry).edges.map((edge) => [idOf(edge), edge]));
  const after = new Map(relationsAfter(entry).edges.map((edge) => [idOf(edge), edge]));
  const put = [...after]
    .filter(([id, edge]) => JSON.stringify(before.get(id)) !== JSON.stringify(edge))
    .map(([id, edge]) => edgeAction(TableName, edge, before.get(id)));
  const gone = [...before]
    .filter(([id]) => !after.has(id))
    .map(([, { pk, sk }]) => ({ Delete: { TableName, Key: keyItem({ pk, sk }) } }));
  return [...put, ...gone];
}

/** An edge that stands is set: what it told before and does not now is taken out, and nothing else. */
function edgeAction(TableName: string, { attributes, ...key }: Edge, before?: Edge): TransactWriteItem {
  if (!before) return { Put: { TableName, Item: toItem({ ...attributes, ...key, _v: 1 }) } };
  const told = Object.keys(before.attributes ?? {}).map((name) => [name, undefined]);
  return { Update: setItem(TableName, key, { ...Object.fromEntries(told), ...attributes }) };
}
