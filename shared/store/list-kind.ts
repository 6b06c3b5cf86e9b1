import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { readMany } from './control-reader.ts';
import { readLastId } from './counters.ts';
import { readRecord, type Item } from './items.ts';
import type { NumberedKind } from './kinds.ts';
import type { Stored } from './records.ts';
import { KIND_INDEX, type ControlTable } from './tables.ts';

/** What one BatchGetItem reads. */
const NEWEST = 100;

/**
 * All records of a kind, by id: from the staff-wide index, which may lag behind by a moment, and the newest from the
 * table itself. So a list right after a creation shows it, and of up to a hundred records every change as well.
 */
export async function listKind<K extends NumberedKind>(table: ControlTable, kind: K): Promise<Stored<K>[]> {
  const [indexed, last] = await Promise.all([queryIndex(table, kind), readLastId(table, kind)]);
  const first = Math.max(1, last - NEWEST + 1);
  const ids = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const newest = [...(await readMany(table, kind, ids)).values()].filter(({ hidden }) => !hidden);
  const records = [...indexed.filter(({ fields }) => fields.id < first), ...newest];
  return records.sort((a, b) => a.fields.id - b.fields.id);
}

async function queryIndex<K extends NumberedKind>(table: ControlTable, kind: K): Promise<Stored<K>[]> {
  const records: Stored<K>[] = [];
  let start: Item | undefined;
  do {
    const page = await table.client.send(
      new QueryCommand({
        TableName: table.table,
        IndexName: KIND_INDEX,
        KeyConditionExpression: 'gsi1pk = :kind',
        ExpressionAttributeValues: { ':kind': { S: kind } },
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
    records.push(...(page.Items ?? []).map((item) => readRecord(kind, item)));
    start = page.LastEvaluatedKey;
  } while (start);
  return records;
}
