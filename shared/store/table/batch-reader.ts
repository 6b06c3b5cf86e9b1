import { BatchGetItemCommand } from '@aws-sdk/client-dynamodb';
import { setTimeout as wait } from 'node:timers/promises';
import { keyItem, type Item } from './items.ts';
import type { Key } from './records.ts';
import type { ControlTable, LedgerTable } from './tables.ts';
import { idOf } from './tracked-record.ts';

type Table = Pick<ControlTable | LedgerTable, 'client' | 'table' | 'pause'>;

/** What DynamoDB takes in one call. */
const MOST_KEYS = 100;
/** DynamoDB leaves keys unread where it is throttled, or where an answer would be larger than 16 MB. */
const MAX_ATTEMPTS = 8;
const FIRST_PAUSE_MS = 10;

/** Items by key in any number, strongly consistent; those that do not exist are left out. Order is not kept. */
export const batchReadItems = (table: Table, keys: readonly Key[]): Promise<Item[]> =>
  batchRead(table, keys, true);

/**
 * Items that are written once and never changed, at half the read units: an old copy of one can only be none at all,
 * and what is not found so is read again strongly consistently.
 */
export async function batchReadUnchanging(table: Table, keys: readonly Key[]): Promise<Item[]> {
  const found = await batchRead(table, keys, false);
  const there = new Set(found.map(({ pk, sk }) => idOf({ pk: pk?.S ?? '', sk: sk?.S ?? '' })));
  const missing = keys.filter((key) => !there.has(idOf(key)));
  return [...found, ...(await batchRead(table, missing, true))];
}

async function batchRead(table: Table, keys: readonly Key[], consistent: boolean): Promise<Item[]> {
  const unique = [...new Map(keys.map((key) => [idOf(key), key])).values()];
  const chunks: Key[][] = [];
  for (let at = 0; at < unique.length; at += MOST_KEYS) chunks.push(unique.slice(at, at + MOST_KEYS));
  const pages = await Promise.all(chunks.map((chunk) => readChunk(table, chunk.map(keyItem), consistent)));
  return pages.flat();
}

async function readChunk(
  { client, table, pause = wait }: Table,
  keys: Item[],
  ConsistentRead: boolean,
): Promise<Item[]> {
  const items: Item[] = [];
  let wanted = keys;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    if (attempt > 0) await pause(FIRST_PAUSE_MS * 2 ** attempt);
    const answer = await client.send(
      new BatchGetItemCommand({ RequestItems: { [table]: { Keys: wanted, ConsistentRead } } }),
    );
    items.push(...(answer.Responses?.[table] ?? []));
    wanted = answer.UnprocessedKeys?.[table]?.Keys ?? [];
    if (wanted.length === 0) return items;
  }
  throw new Error(`DynamoDB left ${wanted.length} keys of ${table} unread after ${MAX_ATTEMPTS} attempts`);
}
