import { readMany } from '@keystone/shared/store/control-reader.ts';
import type { ItemSource } from '@keystone/shared/store/gathered-reads.ts';
import type { NumberedKind } from '@keystone/shared/store/kinds.ts';
import type { RecordShapes } from '@keystone/shared/store/records.ts';

/** Records that others refer to, closed ones included: a reference still shows its name. */
export interface Referenced<K extends NumberedKind> {
  /** @throws Error where the reference dangles, which no write leaves behind */
  get(id: number): RecordShapes[K];
  /** False where it was deleted. */
  isOpen(id: number): boolean;
}

/** Reads what a set of references names, in one batch. */
export async function readReferenced<K extends NumberedKind>(
  source: ItemSource,
  kind: K,
  ids: Iterable<number>,
): Promise<Referenced<K>> {
  const records = await readMany(source, kind, ids);
  return {
    get: (id) => {
      const record = records.get(id);
      if (!record) throw new Error(`${kind} ${id} is referred to and does not exist`);
      return record.fields;
    },
    isOpen: (id) => records.get(id)?.hidden === false,
  };
}
