import { BatchWriteItemCommand, type WriteRequest } from '@aws-sdk/client-dynamodb';
import type { Actor } from '@keystone/shared/store/unit-of-work/audit.ts';
import type { Item } from '@keystone/shared/store/table/items.ts';
import { mapBounded } from '@keystone/shared/store/table/map-bounded.ts';
import { newRecordItems, type NewRecord } from '@keystone/shared/store/unit-of-work/new-record-items.ts';
import type { Kind } from '@keystone/shared/store/table/records.ts';
import type { ControlTable } from '@keystone/shared/store/table/tables.ts';
import { batchesOf } from '../ledger/queued-usage.ts';

export type { NewRecord };

const actor: Actor = { user: null, cid: '00000000-0000-4000-8000-000000000000', remote: null };

/** DynamoDB takes 25 in one call. */
const BATCH = 25;
const PARALLEL = 8;
const SLICE = 2_000;

/**
 * Writes new records as the API would, by the store's own writers: records, guards, edges, lists, audit entries. Only
 * the transactions around them are left out, because many thousand records would take many minutes.
 */
export async function writeRecords<K extends Kind>(
  table: ControlTable,
  records: Iterable<NewRecord<K>>,
): Promise<void> {
  for (const slice of batchesOf(
    newRecordItems<K>(records, actor, () => new Date()),
    SLICE,
  ))
    await mapBounded([...batchesOf(slice.map(putOf), BATCH)], PARALLEL, (batch) => writeBatch(table, batch));
}

const putOf = (Item: Item): WriteRequest => ({ PutRequest: { Item } });

async function writeBatch({ client, table }: ControlTable, batch: WriteRequest[]): Promise<void> {
  const answer = await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: batch } }));
  if (Object.keys(answer.UnprocessedItems ?? {}).length > 0)
    throw new Error('the store left items unwritten');
}
