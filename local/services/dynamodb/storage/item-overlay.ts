import type { Callback, Item, Operation, Store, SubDb } from 'dynalite/db/index.js';
import { indexPrefix, itemPrefix } from './key-space.ts';

/** What one action did to one item, not yet in the database. */
export type Change = {
  table: string;
  /** Key of the item within its table. */
  key: string;
  before: Item | undefined;
  after: Item | undefined;
  /** The item, last, and its entries in local indexes; empty where the action wrote nothing. */
  item: Operation[];
  /** Its entries in global indexes. */
  indexes: Operation[];
};

/**
 * A store in which dynalite's actions run on one item, reading what is there and only noting what they would write,
 * so that the caller can put many changes into one batch.
 *
 * Index entries get the whole key of their item at the end. dynalite tells entries with the same index key apart by 24
 * bits of a hash, so that one in a few thousand would silently replace another.
 */
export function overlayItem(base: Store, change: Change): Store {
  const noted: SubDb['lock'] = (_keys, run) => {
    run((done) => done);
  };
  const note = (list: Operation[], operation: Operation, done: Callback<void>) => {
    list.push(operation);
    queueMicrotask(() => {
      done(null);
    });
  };
  const recorder = (list: Operation[], real: SubDb, prefix: string, suffix: string): SubDb => ({
    ...real,
    lock: noted,
    get: (_key, done) => {
      queueMicrotask(() => {
        done(null, change.before);
      });
    },
    put: (key, value, done) => {
      note(list, { type: 'put', key: prefix + key + suffix, value }, done);
    },
    del: (key, done) => {
      note(list, { type: 'del', key: prefix + key + suffix }, done);
    },
  });
  return {
    ...base,
    getItemDb: (table) => recorder(change.item, base.getItemDb(table), itemPrefix(table), ''),
    getIndexDb: (kind, table, index) => {
      // A local index belongs to its item: it is never behind.
      const list = kind === 'Local' ? change.item : change.indexes;
      const prefix = indexPrefix(kind, table, index);
      return recorder(list, base.getIndexDb(kind, table, index), prefix, `/${change.key}`);
    },
  };
}
