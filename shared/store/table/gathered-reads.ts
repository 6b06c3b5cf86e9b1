import { batchReadItems } from './batch-reader.ts';
import type { Item } from './items.ts';
import type { Key } from './records.ts';
import type { ControlTable } from './tables.ts';
import { idOf } from './tracked-record.ts';

/** Reads of one answer: what is asked for at the same moment goes together, and no item is read twice. */
export interface GatheredReads {
  /** Items by key, strongly consistent; those that do not exist are left out. */
  items(keys: readonly Key[]): Promise<Item[]>;
}

/** Where items are read from: each call by itself, or gathered. */
export type ItemSource = ControlTable | GatheredReads;

export const itemsFrom = (source: ItemSource, keys: readonly Key[]): Promise<Item[]> =>
  'items' in source ? source.items(keys) : batchReadItems(source, keys);

/**
 * Gathers reads for one answer. Not for what decides, and not across a write: an item that was read stays as it was.
 */
export function gatherReads(table: ControlTable): GatheredReads {
  const known = new Map<string, Promise<Item | undefined>>();
  let waiting: Key[] = [];
  let batch: Promise<Map<string, Item>> | undefined;

  const send = async (): Promise<Map<string, Item>> => {
    // All that is asked for in this turn has been asked for once promises have settled.
    await new Promise(setImmediate);
    const keys = waiting;
    waiting = [];
    batch = undefined;
    const items = await batchReadItems(table, keys);
    return new Map(items.map((item) => [idOf({ pk: item['pk']?.S ?? '', sk: item['sk']?.S ?? '' }), item]));
  };
  const read = (key: Key): Promise<Item | undefined> => {
    waiting.push(key);
    batch ??= send();
    return batch.then((items) => items.get(idOf(key)));
  };
  const item = (key: Key): Promise<Item | undefined> => {
    const promise = known.get(idOf(key)) ?? read(key);
    known.set(idOf(key), promise);
    return promise;
  };
  return {
    items: async (keys) => {
      const found = await Promise.all([...new Map(keys.map((key) => [idOf(key), key])).values()].map(item));
      return found.filter((one) => one !== undefined);
    },
  };
}
