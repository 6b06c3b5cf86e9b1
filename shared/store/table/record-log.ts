import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { kinds } from './kinds.ts';
import type { Kind } from './records.ts';

/** A record with more entries names none: one query reads them cheaper than a batch. */
const MOST_NAMED = 12;

type WithLog = Readonly<Record<string, AttributeValue>>;

/** Ids of the audit entries that a record's item names, newest first, or undefined where it does not name them all. */
export const logIn = (item: WithLog): number[] | undefined => item['log']?.L?.map(({ N }) => Number(N));

/**
 * The ids that a record's item is to name once one more entry lies beside it. An item that named none stays so: it has
 * entries that nobody counted.
 *
 * @param raw the item as it was read, empty where the record is new
 */
export function logAfter(kind: Kind, raw: WithLog, isNew: boolean, entry: number): number[] | undefined {
  if (kinds[kind].noted) return undefined;
  const known = isNew ? [] : logIn(raw);
  return known && known.length < MOST_NAMED ? [entry, ...known] : undefined;
}
