import db from 'dynalite/db/index.js';
import type { Index, Item, Json, Table } from 'dynalite/db/index.js';
import * as z from 'zod';
import type { Change } from '../storage/item-overlay.ts';

const units = z.object({ CapacityUnits: z.number() });
const capacityShape = z.object({
  TableName: z.string(),
  CapacityUnits: z.number(),
  Table: units.optional(),
  GlobalSecondaryIndexes: z.record(z.string(), units).optional(),
});
export type ConsumedCapacity = z.infer<typeof capacityShape>;

/** Units of one table and, by name, of its indexes. */
export type Units = { table: string; own: number; indexes: Record<string, number> };

const total = (values: Record<string, number>) =>
  Object.values(values).reduce((sum, value) => sum + value, 0);
const started = (item: Item | undefined, kilobytes: number) =>
  item ? Math.max(1, Math.ceil(db.itemSize(item) / 1024 / kilobytes)) : 1;

/** Write units of an item that changed, or was looked at by a condition: of its larger form. */
export const writeUnits = ({ before, after }: Change) => Math.max(started(before, 1), started(after, 1));

/** Strongly consistent read units. */
export const readUnits = (item: Item | undefined) => started(item, 4);

/**
 * Write units of the indexes: one entry that changes costs one write of its larger form, an entry whose key changes
 * costs a delete and a put, an entry that stays the same costs nothing.
 */
export function indexUnits(table: Table, { before, after }: Change): Record<string, number> {
  const costs = (table.GlobalSecondaryIndexes ?? []).map((index): [string, number] => {
    const old = entryOf(index, table, before);
    const next = entryOf(index, table, after);
    if (!old && !next) return [index.IndexName, 0];
    if (!old || !next) return [index.IndexName, started(old ?? next, 1)];
    const sameKey = index.KeySchema.every(({ AttributeName: name }) => same(old[name], next[name]));
    if (!sameKey) return [index.IndexName, started(old, 1) + started(next, 1)];
    return [index.IndexName, same(old, next) ? 0 : Math.max(started(old, 1), started(next, 1))];
  });
  return Object.fromEntries(costs.filter(([, cost]) => cost > 0));
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

function entryOf(index: Index, table: Table, item: Item | undefined): Item | undefined {
  const keys = index.KeySchema.map(({ AttributeName }) => AttributeName);
  if (!item || keys.some((key) => item[key] === undefined)) return undefined;
  if (index.Projection.ProjectionType === 'ALL') return item;
  const own = table.KeySchema.map(({ AttributeName }) => AttributeName);
  const names = new Set([...keys, ...own, ...(index.Projection.NonKeyAttributes ?? [])]);
  return Object.fromEntries(Object.entries(item).filter(([name]) => names.has(name)));
}

/** Adds what the indexes took to the answer of a single write; dynalite counts the table alone. */
export function addIndexCapacity(result: Json, asked: unknown, table: Table, change: Change): Json {
  const mode = capacityMode(asked);
  if (!mode) return result;
  const own = capacityShape.parse(result['ConsumedCapacity']).CapacityUnits;
  const consumed = summarise([{ table: table.TableName, own, indexes: indexUnits(table, change) }], mode);
  return { ...result, ConsumedCapacity: consumed[0] };
}

/** One figure for each table, in the detail that the request asked for. */
export function summarise(all: readonly Units[], mode: 'TOTAL' | 'INDEXES'): ConsumedCapacity[] {
  const tables = Map.groupBy(all, ({ table }) => table);
  return [...tables].map(([TableName, list]) => {
    const own = list.reduce((sum, item) => sum + item.own, 0);
    const indexes: Record<string, number> = {};
    for (const item of list)
      for (const [name, cost] of Object.entries(item.indexes)) indexes[name] = (indexes[name] ?? 0) + cost;
    const CapacityUnits = own + total(indexes);
    if (mode === 'TOTAL') return { TableName, CapacityUnits };
    const GlobalSecondaryIndexes = Object.fromEntries(
      Object.entries(indexes).map(([name, cost]) => [name, { CapacityUnits: cost }]),
    );
    return { TableName, CapacityUnits, Table: { CapacityUnits: own }, GlobalSecondaryIndexes };
  });
}

/** The capacity of several answers by table. */
export function sumCapacity(results: readonly Json[], mode: 'TOTAL' | 'INDEXES'): ConsumedCapacity[] {
  const consumed = results.map((result) => capacityShape.parse(result['ConsumedCapacity']));
  return summarise(consumed.map(unitsOf), mode);
}

function unitsOf({
  TableName,
  CapacityUnits,
  Table: own,
  GlobalSecondaryIndexes = {},
}: ConsumedCapacity): Units {
  const indexes = Object.entries(GlobalSecondaryIndexes).map(
    ([name, cost]) => [name, cost.CapacityUnits] as const,
  );
  return { table: TableName, own: own?.CapacityUnits ?? CapacityUnits, indexes: Object.fromEntries(indexes) };
}

/** The detail that a request asks for, or undefined where it asks for none. */
export const capacityMode = (mode: unknown): 'TOTAL' | 'INDEXES' | undefined =>
  mode === 'TOTAL' || mode === 'INDEXES' ? mode : undefined;
