import { readEdgeIds, readMany } from './control-reader.ts';
import type { NumberedKind } from './kinds.ts';
import { mapBounded } from './map-bounded.ts';
import type { Stored } from './records.ts';
import type { ControlTable } from './tables.ts';

/** Queries under way at once: a long list must not take every connection. */
const PARALLEL = 25;

/**
 * Children of records by their parent's id, each in the order of their ids: a query for each parent's edges, and the
 * children of all parents together.
 */
export async function readChildrenOf<K extends NumberedKind>(
  table: ControlTable,
  parent: NumberedKind,
  ids: Iterable<number>,
  child: K,
): Promise<Map<number, Stored<K>[]>> {
  const edges = await mapBounded([...new Set(ids)], PARALLEL, async (id) => ({
    id,
    children: await readEdgeIds(table, parent, id, child),
  }));
  const records = await readMany(
    table,
    child,
    edges.flatMap(({ children }) => children),
  );
  const there = (id: number) => {
    const record = records.get(id);
    return record && !record.hidden ? [record] : [];
  };
  return new Map(edges.map(({ id, children }) => [id, children.flatMap(there)]));
}

/** A record's children of a kind, in the order of their ids. */
export async function readChildren<K extends NumberedKind>(
  table: ControlTable,
  parent: NumberedKind,
  id: number,
  child: K,
): Promise<Stored<K>[]> {
  return (await readChildrenOf(table, parent, [id], child)).get(id) ?? [];
}
