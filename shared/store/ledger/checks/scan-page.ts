import { ScanCommand } from '@aws-sdk/client-dynamodb';
import type { Item } from '../../table/items.ts';
import type { Key } from '../../table/records.ts';
import type { LedgerTable } from '../../table/tables.ts';

/** Items of the ledger side by side, and the key after which to go on, or null at the end. */
export interface ScannedPage {
  items: Item[];
  next: Key | null;
}

/**
 * A page of the table; what matters in it is looked at again before it is believed, so it may be a moment old. A charge
 * and its revisions come whole: where they lie across the border they are left to the next page.
 */
export async function scanPage({ client, table }: LedgerTable, after: Key | null): Promise<ScannedPage> {
  const page = await client.send(
    new ScanCommand({
      TableName: table,
      ...(after && { ExclusiveStartKey: { pk: { S: after.pk }, sk: { S: after.sk } } }),
    }),
  );
  const items = page.Items ?? [];
  if (!page.LastEvaluatedKey) return { items, next: null };
  const last = items.at(-1)?.['pk']?.S;
  const whole = last?.startsWith('CHG#') ? items.filter(({ pk }) => pk?.S !== last) : items;
  // A charge with revisions of a megabyte fills the page; it is looked at again as a whole anyway.
  const taken = whole.length > 0 ? whole : items;
  return { items: taken, next: keyOf(taken.at(-1) ?? page.LastEvaluatedKey) };
}

const keyOf = ({ pk, sk }: Item): Key => ({ pk: pk?.S ?? '', sk: sk?.S ?? '' });
