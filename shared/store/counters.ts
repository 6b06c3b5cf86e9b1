import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { keyItem } from './items.ts';
import { prefixes, type NumberedKind } from './kinds.ts';
import type { ControlTable } from './tables.ts';

/**
 * Reserves ids from a kind's counter. Ids are never reused; a unit of work that does not commit leaves a gap.
 *
 * @returns the first of `count` ids in a row
 */
export async function reserveIds(table: ControlTable, kind: NumberedKind, count = 1): Promise<number> {
  const { Attributes } = await table.client.send(
    new UpdateItemCommand({
      TableName: table.table,
      Key: keyItem({ pk: `CTR#${prefixes[kind]}`, sk: 'A' }),
      UpdateExpression: 'ADD n :count',
      ExpressionAttributeValues: { ':count': { N: String(count) } },
      ReturnValues: 'UPDATED_NEW',
    }),
  );
  return Number(Attributes?.['n']?.N) - count + 1;
}
