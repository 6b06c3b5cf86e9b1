import db from 'dynalite/db/index.js';
import type { Callback, Store, SubDb, Table } from 'dynalite/db/index.js';
import { account, region } from '../../../roles/address.ts';
import { indexPrefix, itemPrefix, under } from './key-space.ts';
import { ValueStream } from './value-stream.ts';

export type LocalStore = Store & {
  /** Call it when a table may have changed: active tables are remembered between requests. */
  forget: (table: string) => void;
};

/**
 * Opens dynalite's storage with what it lacks for us: quick reads of ranges and of table descriptions, and deletes
 * of a whole table that do not walk through all others.
 *
 * @param path a folder on disk, or undefined for memory
 */
export async function openStore(path: string | undefined): Promise<LocalStore> {
  const base = db.create({ ...(path && { path }), createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  await base.db.open().catch((error: unknown) => {
    throw new Error(
      `The data in ${path ?? 'memory'} cannot be opened; is another local stack running on it?`,
      {
        cause: error,
      },
    );
  });
  base.tableDb.awsRegion = region;
  base.tableDb.awsAccountId = account;
  const tables = new Map<string, Table>();
  return {
    ...base,
    forget: (name) => tables.delete(name),
    getTable: rememberTables(base, tables),
    getItemDb: (name) => withQuickRanges(base, base.getItemDb(name), itemPrefix(name)),
    getIndexDb: (kind, table, index) =>
      withQuickRanges(base, base.getIndexDb(kind, table, index), indexPrefix(kind, table, index)),
    deleteItemDb: (name, done) => {
      clear(base, itemPrefix(name), done);
    },
    deleteIndexDb: (kind, table, index, done) => {
      clear(base, indexPrefix(kind, table, index), done);
    },
  };
}

function withQuickRanges(base: Store, sub: SubDb, prefix: string): SubDb {
  const whole = under(prefix);
  const at = (key: string | undefined) => (key === undefined ? undefined : prefix + key);
  return {
    ...sub,
    createValueStream: ({ gt, gte, lt, lte, reverse = false, limit = -1 }) => {
      const low = gt === undefined ? { gte: at(gte) ?? whole.gte } : { gt: prefix + gt };
      const high = lte === undefined ? { lt: at(lt) ?? whole.lt } : { lte: prefix + lte };
      return new ValueStream(base.db.values({ ...low, ...high, reverse, limit }));
    },
  };
}

function rememberTables(base: Store, tables: Map<string, Table>): Store['getTable'] {
  return (name: string, second: boolean | Callback<Table>, third?: Callback<Table>) => {
    const done = typeof second === 'function' ? second : third;
    const checkStatus = typeof second === 'function' ? true : second;
    const known = tables.get(name);
    if (known) {
      queueMicrotask(() => done?.(null, known));
      return;
    }
    base.getTable(name, checkStatus, (error, table) => {
      if (!error && table?.TableStatus === 'ACTIVE') tables.set(name, table);
      done?.(error, table);
    });
  };
}

function clear(base: Store, prefix: string, done: Callback<void>): void {
  base.db.clear(under(prefix)).then(
    () => {
      done(null);
    },
    (error: unknown) => {
      done(error);
    },
  );
}
