import batchGetItem from 'dynalite/actions/batchGetItem.js';
import createTable from 'dynalite/actions/createTable.js';
import deleteItem from 'dynalite/actions/deleteItem.js';
import deleteTable from 'dynalite/actions/deleteTable.js';
import describeTable from 'dynalite/actions/describeTable.js';
import getItem from 'dynalite/actions/getItem.js';
import listTables from 'dynalite/actions/listTables.js';
import listTagsOfResource from 'dynalite/actions/listTagsOfResource.js';
import putItem from 'dynalite/actions/putItem.js';
import query from 'dynalite/actions/query.js';
import scan from 'dynalite/actions/scan.js';
import tagResource from 'dynalite/actions/tagResource.js';
import untagResource from 'dynalite/actions/untagResource.js';
import updateItem from 'dynalite/actions/updateItem.js';
import updateTable from 'dynalite/actions/updateTable.js';
import type { Json, Store, Table } from 'dynalite/db/index.js';
import batchGetItemRules from 'dynalite/validations/batchGetItem.js';
import batchWriteItemRules from 'dynalite/validations/batchWriteItem.js';
import createTableRules from 'dynalite/validations/createTable.js';
import deleteItemRules from 'dynalite/validations/deleteItem.js';
import deleteTableRules from 'dynalite/validations/deleteTable.js';
import describeTableRules from 'dynalite/validations/describeTable.js';
import getItemRules from 'dynalite/validations/getItem.js';
import listTablesRules from 'dynalite/validations/listTables.js';
import listTagsOfResourceRules from 'dynalite/validations/listTagsOfResource.js';
import putItemRules from 'dynalite/validations/putItem.js';
import queryRules from 'dynalite/validations/query.js';
import scanRules from 'dynalite/validations/scan.js';
import tagResourceRules from 'dynalite/validations/tagResource.js';
import untagResourceRules from 'dynalite/validations/untagResource.js';
import updateItemRules from 'dynalite/validations/updateItem.js';
import updateTableRules from 'dynalite/validations/updateTable.js';
import validations from 'dynalite/validations/index.js';
import { promised } from './promised.ts';

const rules = {
  BatchGetItem: batchGetItemRules,
  BatchWriteItem: batchWriteItemRules,
  CreateTable: createTableRules,
  DeleteItem: deleteItemRules,
  DeleteTable: deleteTableRules,
  DescribeTable: describeTableRules,
  GetItem: getItemRules,
  ListTables: listTablesRules,
  ListTagsOfResource: listTagsOfResourceRules,
  PutItem: putItemRules,
  Query: queryRules,
  Scan: scanRules,
  TagResource: tagResourceRules,
  UntagResource: untagResourceRules,
  UpdateItem: updateItemRules,
  UpdateTable: updateTableRules,
};

const actions = {
  BatchGetItem: batchGetItem,
  CreateTable: createTable,
  DeleteItem: deleteItem,
  DeleteTable: deleteTable,
  DescribeTable: describeTable,
  GetItem: getItem,
  ListTables: listTables,
  ListTagsOfResource: listTagsOfResource,
  PutItem: putItem,
  Query: query,
  Scan: scan,
  TagResource: tagResource,
  UntagResource: untagResource,
  UpdateItem: updateItem,
  UpdateTable: updateTable,
};

export type ActionName = keyof typeof actions;

/**
 * Checks a request as DynamoDB would before it looks at a table, and parses its expressions.
 *
 * @returns the request as `runAction` wants it, with nothing in it that the action does not know
 */
export function parseRequest(name: keyof typeof rules, request: Json, store: Store): Json {
  const { types, custom } = rules[name];
  const parsed = validations.checkTypes({ ...request }, types);
  validations.checkValidations(parsed, types, custom, store);
  return parsed;
}

/** Runs one of dynalite's actions on a parsed request. */
export async function runAction(name: ActionName, store: Store, request: Json): Promise<Json> {
  const result = await promised<Json>((done) => {
    actions[name](store, request, done);
  });
  return result ?? {};
}

/** The description of an active table; refuses with ResourceNotFoundException where there is none. */
export async function activeTable(store: Store, name: string): Promise<Table> {
  const table = await promised<Table>((done) => {
    store.getTable(name, done);
  });
  if (!table) throw new Error(`The description of table ${name} cannot be read`);
  return table;
}
