import type { Json } from 'dynalite/db/index.js';
import * as z from 'zod';
import type { Engine } from '../engine.ts';
import { activeTable, parseRequest } from './actions.ts';
import { addIndexCapacity, capacityMode, sumCapacity } from './capacity.ts';
import { DynamoDbError, invalid, nameOf } from './errors.ts';
import { changeItem, writeChanges } from './item-change.ts';
import type { ItemKind } from './item-request.ts';
import { readItemRequest } from './item-request.ts';

/** PutItem, UpdateItem and DeleteItem. */
export async function writeItem(engine: Engine, kind: ItemKind, raw: Json): Promise<Json> {
  const item = await readItemRequest(engine, kind, raw);
  return engine.locks.run([item.id], async () => {
    const { change, result, refusal } = await changeItem(engine, item);
    if (refusal) {
      const old = item.returnOld && change.before && nameOf(refusal) === 'ConditionalCheckFailedException';
      throw old ? new DynamoDbError(nameOf(refusal), refusal.message, { Item: change.before }) : refusal;
    }
    await writeChanges(engine, [change]);
    return addIndexCapacity(result, raw['ReturnConsumedCapacity'], item.table, change);
  });
}

const batchShape = z.object({
  RequestItems: z.record(
    z.string(),
    z.array(
      z.object({
        PutRequest: z.record(z.string(), z.unknown()).optional(),
        DeleteRequest: z.record(z.string(), z.unknown()).optional(),
      }),
    ),
  ),
});
const largestBatch = 25;

/** BatchWriteItem: each item for itself, as on AWS; here no item is ever left over. */
export async function batchWrite(engine: Engine, raw: Json): Promise<Json> {
  const { RequestItems } = batchShape.parse(parseRequest('BatchWriteItem', raw, engine.store));
  const mode = capacityMode(raw['ReturnConsumedCapacity']);
  const requests = Object.entries(RequestItems).flatMap(([TableName, list]) =>
    list.map(({ PutRequest, DeleteRequest }) => ({
      kind: PutRequest ? ('Put' as const) : ('Delete' as const),
      raw: { TableName, ReturnConsumedCapacity: mode, ...PutRequest, ...DeleteRequest },
    })),
  );
  if (requests.length > largestBatch) throw invalid('Too many items requested for the BatchWriteItem call');
  await Promise.all(Object.keys(RequestItems).map((table) => activeTable(engine.store, table)));
  const items = await Promise.all(requests.map(({ kind, raw: one }) => readItemRequest(engine, kind, one)));
  if (new Set(items.map(({ id }) => id)).size < items.length)
    throw invalid('Provided list of item keys contains duplicates');
  const results = await Promise.all(requests.map(({ kind, raw: one }) => writeItem(engine, kind, one)));
  return { UnprocessedItems: {}, ...(mode && { ConsumedCapacity: sumCapacity(results, mode) }) };
}
