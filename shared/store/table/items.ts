import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { kinds } from './kinds.ts';
import { logIn } from './record-log.ts';
import type { Key, Kind, RecordShapes, Stored } from './records.ts';

export type Item = Record<string, AttributeValue>;

/** Shape of what this code writes; a reader of an older one brings it up, of a newer one keeps what it does not know. */
export const SHAPE = 1;

export const toItem = (value: Record<string, unknown>): Item =>
  marshall(value, { removeUndefinedValues: true });
export const fromItem = (item: Item): Record<string, unknown> => unmarshall(item);
export const keyItem = ({ pk, sk }: Key): Item => ({ pk: { S: pk }, sk: { S: sk } });

/** An item of the table does not have the shape that its kind asks for. */
export class BadItemError extends Error {
  override name = 'BadItemError';
}

/** The record in an item. @throws BadItemError where the item has another shape */
export function readRecord<K extends Kind>(kind: K, item: Item): Stored<K> {
  const raw = fromItem(item);
  const parsed = kinds[kind].schema.safeParse(raw);
  const { pk, sk, v } = raw;
  if (!parsed.success || typeof pk !== 'string' || typeof sk !== 'string' || typeof v !== 'number')
    throw new BadItemError(
      `${kind} at ${String(pk)} ${String(sk)}: ${parsed.error?.message ?? 'no key or version'}`,
    );
  const log = logIn(item);
  return {
    kind,
    key: { pk, sk },
    version: v,
    hidden: raw['hidden'] === true,
    fields: parsed.data,
    ...(log && { log }),
  };
}

/** The item of a record under a version. A hidden record leaves the index. */
export function writeRecord<K extends Kind>(
  kind: K,
  fields: RecordShapes[K],
  version: number,
  hidden: boolean,
): Item {
  const listed = hidden ? undefined : kinds[kind].listed(fields);
  return toItem({
    ...fields,
    ...kinds[kind].key(fields),
    v: version,
    _v: SHAPE,
    ...(hidden && { hidden }),
    ...(listed !== undefined && { gsi1pk: kind, gsi1sk: listed }),
  });
}
