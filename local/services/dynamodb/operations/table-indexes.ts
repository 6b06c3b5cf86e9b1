import db from 'dynalite/db/index.js';
import type { Item, Json, Table } from 'dynalite/db/index.js';
import * as z from 'zod';
import type { Engine } from '../engine.ts';
import { isItem } from '../storage/expiry.ts';
import { overlayItem } from '../storage/item-overlay.ts';
import type { Change } from '../storage/item-overlay.ts';
import { itemPrefix, under } from '../storage/key-space.ts';
import { activeTable, parseRequest, runAction } from './actions.ts';
import { DynamoDbError, invalid } from './errors.ts';
import { promised } from './promised.ts';

const keySchema = z.array(z.object({ AttributeName: z.string(), KeyType: z.string() }));
const requestShape = z.object({
  TableName: z.string(),
  AttributeDefinitions: z
    .array(z.object({ AttributeName: z.string(), AttributeType: z.string() }))
    .default([]),
  GlobalSecondaryIndexUpdates: z
    .array(
      z.object({
        Create: z
          .object({
            IndexName: z.string(),
            KeySchema: keySchema,
            Projection: z.object({
              ProjectionType: z.string(),
              NonKeyAttributes: z.array(z.string()).optional(),
            }),
          })
          .optional(),
        Delete: z.object({ IndexName: z.string() }).optional(),
      }),
    )
    .default([]),
});
type Request = z.infer<typeof requestShape>;
type NewIndex = NonNullable<Request['GlobalSecondaryIndexUpdates'][number]['Create']>;

/** UpdateTable. dynalite takes no notice of an index that is added or taken away; here it is done when it is answered. */
export async function updateTable(engine: Engine, raw: Json): Promise<Json> {
  // Not by dynalite's own rules: they want a provisioned throughput for every new index.
  const { data: request, error } = requestShape.safeParse(raw);
  if (error) throw invalid(z.prettifyError(error));
  const updates = request.GlobalSecondaryIndexUpdates;
  const [update] = updates;
  if (!update?.Create && !update?.Delete) return updateThroughput(engine, raw, request.TableName);
  if (updates.length > 1)
    throw new DynamoDbError(
      'LimitExceededException',
      'Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table',
    );
  const table = await activeTable(engine.store, request.TableName);
  const next = update.Create
    ? withIndex(table, update.Create, request.AttributeDefinitions)
    : withoutIndex(table, update.Delete?.IndexName ?? '');
  await describeAs(engine, next);
  if (update.Create) await fillIndex(engine, next, update.Create.IndexName);
  else await dropIndex(engine, table, update.Delete?.IndexName ?? '');
  return { TableDescription: next };
}

async function updateThroughput({ store }: Engine, raw: Json, table: string): Promise<Json> {
  store.forget(table);
  const answer = await runAction('UpdateTable', store, parseRequest('UpdateTable', raw, store));
  store.forget(table);
  return answer;
}

function withIndex(table: Table, index: NewIndex, attributes: Request['AttributeDefinitions']): Table {
  const { IndexName, KeySchema, Projection } = index;
  const indexes = table.GlobalSecondaryIndexes ?? [];
  if (indexes.some((known) => known.IndexName === IndexName))
    throw invalid(`One or more parameter values were invalid: Duplicate index name: ${IndexName}`);
  const definitions = new Map(
    [...table.AttributeDefinitions, ...attributes].map((one) => [one.AttributeName, one]),
  );
  const undefinedKey = KeySchema.find(({ AttributeName }) => !definitions.has(AttributeName));
  if (undefinedKey)
    throw invalid(
      `Some index key attributes are not defined in AttributeDefinitions: ${undefinedKey.AttributeName}`,
    );
  const added = {
    IndexName,
    KeySchema,
    Projection: {
      ProjectionType: Projection.ProjectionType,
      ...(Projection.NonKeyAttributes && { NonKeyAttributes: Projection.NonKeyAttributes }),
    },
    IndexStatus: 'ACTIVE',
    IndexArn: `${table.TableArn}/index/${IndexName}`,
  };
  return {
    ...table,
    AttributeDefinitions: [...definitions.values()],
    GlobalSecondaryIndexes: [...indexes, added],
  };
}

function withoutIndex(table: Table, name: string): Table {
  const { GlobalSecondaryIndexes: indexes = [], ...rest } = table;
  const left = indexes.filter(({ IndexName }) => IndexName !== name);
  if (left.length === indexes.length)
    throw new DynamoDbError('ResourceNotFoundException', `Requested resource not found: Index ${name}`);
  return { ...rest, ...(left.length > 0 && { GlobalSecondaryIndexes: left }) };
}

/** From here on writes keep the index up, so that only what is there already has to be put into it. */
async function describeAs({ store }: Engine, table: Table): Promise<void> {
  await promised((done) => {
    store.tableDb.put(table.TableName, table, done);
  });
  store.forget(table.TableName);
}

async function fillIndex(engine: Engine, table: Table, name: string): Promise<void> {
  const { TableName } = table;
  const added = table.GlobalSecondaryIndexes?.filter(({ IndexName }) => IndexName === name) ?? [];
  const only: Table = { ...table, GlobalSecondaryIndexes: added, LocalSecondaryIndexes: [] };
  const prefix = itemPrefix(TableName);
  for await (const [place] of engine.store.db.iterator(under(prefix))) {
    const key = place.slice(prefix.length);
    await engine.locks.run([`${TableName}/${key}`], async () => {
      const item = await engine.store.db.get(place);
      if (isItem(item) && hasIndexKeys(only, item)) await putEntry(engine, only, key, item);
    });
  }
}

/** An item that could not be written now, because its index key has another type or is empty, stays out of the index. */
function hasIndexKeys(table: Table, item: Item): boolean {
  const wrong = db.traverseIndexes(table, (attribute, type) => {
    const value = item[attribute]?.[type];
    return typeof value === 'string' && value !== '' ? undefined : attribute;
  });
  return wrong === undefined;
}

async function putEntry({ store }: Engine, table: Table, key: string, after: Item): Promise<void> {
  const change: Change = {
    table: table.TableName,
    key,
    before: undefined,
    after,
    item: [],
    indexes: [],
  };
  await promised((done) => {
    db.updateIndexes(overlayItem(store, change), table, undefined, after, done);
  });
  if (change.indexes.length > 0) await store.db.batch(change.indexes);
}

async function dropIndex({ store }: Engine, { TableName }: Table, name: string): Promise<void> {
  await promised((done) => {
    store.deleteIndexDb('Global', TableName, name, done);
  });
}
