import { BatchWriteItemCommand, type TransactWriteItem, type WriteRequest } from '@aws-sdk/client-dynamodb';
import { auditAction, changesOf, type Actor } from '@keystone/shared/store/audit.ts';
import { reserveIds } from '@keystone/shared/store/counters.ts';
import { guardActions } from '@keystone/shared/store/guard-changes.ts';
import { kinds } from '@keystone/shared/store/kinds.ts';
import { mapBounded } from '@keystone/shared/store/map-bounded.ts';
import { recordActions } from '@keystone/shared/store/record-actions.ts';
import type { Kind, RecordShapes } from '@keystone/shared/store/records.ts';
import type { ControlTable } from '@keystone/shared/store/tables.ts';
import { idOf, type Tracked } from '@keystone/shared/store/tracked-record.ts';
import { batchesOf } from '../ledger/queued-usage.ts';
import {
  deploymentRecords,
  type DeploymentSize,
  type FirstIds,
  type NewRecord,
} from './deployment-records.ts';

const actor: Actor = { user: null, cid: '00000000-0000-4000-8000-000000000000', remote: null };

/** DynamoDB takes 25 in one call. */
const BATCH = 25;
const PARALLEL = 8;
const SLICE = 2_000;

/**
 * Fills a control table as the API would, by the store's own writers: records, guards, edges, audit entries. Only the
 * transactions around them are left out, because a deployment of many thousand records would take many minutes.
 */
export async function fillStore(
  table: ControlTable,
  size: DeploymentSize,
  cluster: number,
): Promise<FirstIds> {
  const first: FirstIds = {
    user: await reserveIds(table, 'user', size.people),
    team: await reserveIds(table, 'team', size.teams),
    membership: await reserveIds(table, 'membership', size.people),
    request: await reserveIds(table, 'request', size.requests),
    allocation: await reserveIds(table, 'allocation', size.requests),
  };
  for (const slice of batchesOf(deploymentRecords(size, first, cluster), SLICE)) {
    const requests = slice.flatMap((record) => actionsOf(table.table, record)).map(putOf);
    await mapBounded([...batchesOf(requests, BATCH)], PARALLEL, (batch) => writeBatch(table, batch));
  }
  return first;
}

async function writeBatch({ client, table }: ControlTable, batch: WriteRequest[]): Promise<void> {
  const answer = await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: batch } }));
  if (Object.keys(answer.UnprocessedItems ?? {}).length > 0)
    throw new Error('the store left items unwritten');
}

function actionsOf(table: string, record: NewRecord): TransactWriteItem[] {
  switch (record.kind) {
    case 'user':
      return creation(table, record.kind, record.fields);
    case 'team':
      return creation(table, record.kind, record.fields);
    case 'membership':
      return creation(table, record.kind, record.fields);
    case 'request':
      return creation(table, record.kind, record.fields);
    case 'allocation':
      return creation(table, record.kind, record.fields);
  }
}

function creation<K extends Kind>(table: string, kind: K, fields: RecordShapes[K]): TransactWriteItem[] {
  const key = kinds[kind].key(fields);
  const entry: Tracked<K> = {
    kind,
    key,
    before: undefined,
    after: fields,
    version: 0,
    state: 'changed',
    raw: {},
    hidden: false,
  };
  const change = { kind, key, action: 'create' as const, changes: changesOf(kind, undefined, fields) };
  return [
    ...recordActions(table, entry),
    ...guardActions(table, new Map([[idOf(key), entry]])),
    auditAction(table, change, actor, new Date()),
  ];
}

function putOf({ Put }: TransactWriteItem): WriteRequest {
  if (!Put?.Item) throw new Error('a new record is made of puts alone');
  return { PutRequest: { Item: Put.Item } };
}
