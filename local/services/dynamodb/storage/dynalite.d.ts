/* eslint-disable no-restricted-syntax -- what a CommonJS module exports is its default */
/**
 * What the local DynamoDB uses of dynalite 4, which has no types of its own: its storage, its request validation and
 * its actions. Its HTTP server is not used.
 */
declare module 'dynalite/db/index.js' {
  import type { Readable } from 'node:stream';

  export type AttributeValue = Record<string, unknown>;
  export type Item = Record<string, AttributeValue>;
  export type Json = Record<string, unknown>;
  export type Callback<T> = (error: unknown, value?: T) => void;

  export type KeySchema = { AttributeName: string; KeyType: string }[];
  export type Index = {
    IndexName: string;
    KeySchema: KeySchema;
    Projection: { ProjectionType: string; NonKeyAttributes?: string[] };
  };
  export type Table = {
    TableName: string;
    TableArn: string;
    TableStatus: string;
    KeySchema: KeySchema;
    AttributeDefinitions: { AttributeName: string; AttributeType: string }[];
    GlobalSecondaryIndexes?: Index[];
    LocalSecondaryIndexes?: Index[];
  };

  export type Range = {
    gt?: string;
    gte?: string;
    lt?: string;
    lte?: string;
    reverse?: boolean;
    limit?: number;
  };
  export type Iterator = { nextv: (size: number) => Promise<unknown[]>; close: () => Promise<void> };
  export type Operation = { type: 'put'; key: string; value: unknown } | { type: 'del'; key: string };
  export type Level = {
    open: () => Promise<void>;
    get: (key: string) => Promise<unknown>;
    batch: (operations: Operation[]) => Promise<void>;
    clear: (range: Range) => Promise<void>;
    values: (range: Range) => Iterator;
    iterator: (range: Range) => AsyncIterable<[string, unknown]>;
  };

  export type Release = <T>(done: Callback<T>) => Callback<T>;
  export type SubDb = {
    lock: (keys: string | string[], run: (release: Release) => void) => void;
    get: (key: string, done: Callback<unknown>) => void;
    put: (key: string, value: unknown, done: Callback<void>) => void;
    del: (key: string, done: Callback<void>) => void;
    createValueStream: (range: Range) => Readable;
  };
  export type GetTable = {
    (name: string, done: Callback<Table>): void;
    (name: string, checkStatus: boolean, done: Callback<Table>): void;
  };
  export type Store = {
    options: { maxItemSize: number };
    db: Level;
    tableDb: SubDb & { awsRegion: string; awsAccountId: string };
    getItemDb: (table: string) => SubDb;
    getIndexDb: (kind: string, table: string, index: string) => SubDb;
    deleteItemDb: (table: string, done: Callback<void>) => void;
    deleteIndexDb: (kind: string, table: string, index: string, done: Callback<void>) => void;
    getTable: GetTable;
    lifecycleManager: { gracefulClose: () => Promise<void> };
  };

  type Db = {
    create: (options: {
      path?: string;
      createTableMs: number;
      deleteTableMs: number;
      updateTableMs: number;
    }) => Store;
    createKey: (item: Item, table: Table, keySchema?: KeySchema) => string;
    createIndexKey: (item: Item, table: Table, keySchema: KeySchema) => string;
    validateItem: (item: Item, table: Table) => Error | null | undefined;
    validateKey: (key: Item, table: Table) => Error | null | undefined;
    validationError: (message: string) => Error;
    checkConditional: (request: Json, item: Item | undefined) => Error | null | undefined;
    itemSize: (item: Item) => number;
    traverseIndexes: <T>(
      table: Table,
      visit: (attribute: string, type: string, index: Index, isGlobal: boolean) => T | undefined,
    ) => T | undefined;
    updateIndexes: (
      store: Store,
      table: Table,
      before: Item | undefined,
      after: Item | undefined,
      done: Callback<void>,
    ) => void;
  };
  const db: Db;
  export default db;
}

declare module 'dynalite/validations/index.js' {
  import type { Json, Store } from 'dynalite/db/index.js';
  type Validations = {
    checkTypes: (data: Json, types: Json) => Json;
    checkValidations: (data: Json, types: Json, custom: unknown, store: Store) => void;
  };
  const validations: Validations;
  export default validations;
}

declare module 'dynalite/validations/*.js' {
  import type { Json } from 'dynalite/db/index.js';
  const rules: { types: Json; custom?: unknown };
  export default rules;
}

declare module 'dynalite/actions/*.js' {
  import type { Callback, Json, Store } from 'dynalite/db/index.js';
  const action: (store: Store, request: Json, done: Callback<Json>) => void;
  export default action;
}
