import type { Json } from 'dynalite/db/index.js';
import type { Engine } from '../engine.ts';
import { isItem } from '../storage/expiry.ts';
import { startingAfter } from '../storage/index-pages.ts';
import { activeTable, parseRequest, runAction } from './actions.ts';
import type { ActionName } from './actions.ts';
import { batchWrite, writeItem } from './single-writes.ts';
import {
  describeContinuousBackups,
  describeTimeToLive,
  dropSettings,
  updateContinuousBackups,
  updateTimeToLive,
} from './table-settings.ts';
import { updateTable } from './table-indexes.ts';
import { transactGet, transactWrite } from './transactions.ts';

type Run = (engine: Engine, raw: Json) => Promise<Json>;

const plain =
  (name: ActionName): Run =>
  ({ store }, raw) =>
    runAction(name, store, parseRequest(name, raw, store));

/** An action that changes a table: its remembered description goes before and after. */
const administer =
  (name: 'CreateTable' | 'DeleteTable'): Run =>
  async (engine, raw) => {
    const table = String(raw['TableName']);
    engine.store.forget(table);
    const answer = await plain(name)(engine, raw);
    engine.store.forget(table);
    if (name === 'DeleteTable') await dropSettings(engine, table);
    return answer;
  };

/** Query and Scan; one that names an index sees what the index has taken in by now. */
const range =
  (name: 'Query' | 'Scan'): Run =>
  async ({ store, lag }, raw) => {
    const request = parseRequest(name, raw, store);
    const { IndexName: index, ExclusiveStartKey: start, TableName: table } = request;
    if (typeof index !== 'string') return runAction(name, store, request);
    await lag.catchUp();
    if (!isItem(start)) return runAction(name, store, request);
    return runAction(
      name,
      startingAfter(store, await activeTable(store, String(table)), index, start),
      request,
    );
  };

/** Every operation that the local DynamoDB knows. */
export const operations: ReadonlyMap<string, Run> = new Map<string, Run>([
  ['BatchGetItem', plain('BatchGetItem')],
  ['BatchWriteItem', batchWrite],
  ['CreateTable', administer('CreateTable')],
  ['DeleteItem', (engine, raw) => writeItem(engine, 'Delete', raw)],
  ['DeleteTable', administer('DeleteTable')],
  ['DescribeContinuousBackups', describeContinuousBackups],
  ['DescribeTable', plain('DescribeTable')],
  ['DescribeTimeToLive', describeTimeToLive],
  ['GetItem', plain('GetItem')],
  ['ListTables', plain('ListTables')],
  ['ListTagsOfResource', plain('ListTagsOfResource')],
  ['PutItem', (engine, raw) => writeItem(engine, 'Put', raw)],
  ['Query', range('Query')],
  ['Scan', range('Scan')],
  ['TagResource', plain('TagResource')],
  ['TransactGetItems', transactGet],
  ['TransactWriteItems', transactWrite],
  ['UntagResource', plain('UntagResource')],
  ['UpdateContinuousBackups', updateContinuousBackups],
  ['UpdateItem', (engine, raw) => writeItem(engine, 'Update', raw)],
  ['UpdateTable', updateTable],
  ['UpdateTimeToLive', updateTimeToLive],
]);
