import { listKind } from '@keystone/shared/store/lists/list-kind.ts';
import { readMany } from '@keystone/shared/store/table/control-reader.ts';
import type { ItemSource } from '@keystone/shared/store/table/gathered-reads.ts';
import type { NumberedKind } from '@keystone/shared/store/table/kinds.ts';
import type { RecordShapes, Stored } from '@keystone/shared/store/table/records.ts';

/** Records that others refer to, closed ones included: a reference still shows its name. */
export interface Referenced<K extends NumberedKind> {
  /** @throws Error where the reference dangles, which no write leaves behind */
  get(id: number): RecordShapes[K];
  /** False where it was deleted. */
  isOpen(id: number): boolean;
}

/** From here on what the process keeps of a kind is nearer than the table. */
const MANY = 200;

/** Reads what a set of references names, each once. */
export async function readReferenced<K extends NumberedKind>(
  source: ItemSource,
  kind: K,
  ids: Iterable<number>,
): Promise<Referenced<K>> {
  const records = await readAll(source, kind, new Set(ids));
  return {
    get: (id) => {
      const record = records.get(id);
      if (!record) throw new Error(`${kind} ${id} is referred to and does not exist`);
      return record.fields;
    },
    isOpen: (id) => records.get(id)?.hidden === false,
  };
}

async function readAll<K extends NumberedKind>(
  source: ItemSource,
  kind: K,
  ids: ReadonlySet<number>,
): Promise<Map<number, Stored<K>>> {
  if (ids.size < MANY || 'items' in source) return readMany(source, kind, ids);
  const records = new Map((await listKind(source, kind)).map((record) => [record.fields.id, record]));
  // Those that a deletion hid are in no list.
  const hidden = await readMany(
    source,
    kind,
    [...ids].filter((id) => !records.has(id)),
  );
  return new Map([...records, ...hidden]);
}
