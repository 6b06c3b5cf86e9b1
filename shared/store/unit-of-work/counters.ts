import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { readItem } from '../table/control-reader.ts';
import { keyItem } from '../table/items.ts';
import { prefixes, type NumberedKind } from '../table/kinds.ts';
import type { Key } from '../table/records.ts';
import type { ControlTable } from '../table/tables.ts';

const counterKey = (kind: NumberedKind): Key => ({ pk: `CTR#${prefixes[kind]}`, sk: 'A' });

/**
 * Reserves ids from a kind's counter. Ids are never reused; a unit of work that does not commit leaves a gap.
 *
 * @returns the first of `count` ids in a row
 */
export async function reserveIds(table: ControlTable, kind: NumberedKind, count = 1): Promise<number> {
  const { Attributes } = await table.client.send(
    new UpdateItemCommand({
      TableName: table.table,
      Key: keyItem(counterKey(kind)),
      UpdateExpression: 'ADD n :count',
      ExpressionAttributeValues: { ':count': { N: String(count) } },
      ReturnValues: 'UPDATED_NEW',
    }),
  );
  return Number(Attributes?.['n']?.N) - count + 1;
}

/** The last id that a kind's counter gave out, 0 before the first: every record of the kind has this id or a lower one. */
export async function readLastId(table: ControlTable, kind: NumberedKind): Promise<number> {
  const item = await readItem(table, counterKey(kind));
  return Number(item?.['n']?.N ?? 0);
}
