import { DeleteItemCommand, type TransactWriteItem } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { outboxEventSchema, type OutboxEvent } from '../../contracts/events.ts';
import { queryItems } from '../table/control-reader.ts';
import { fromItem, keyItem, toItem } from '../table/items.ts';
import type { Key } from '../table/records.ts';
import type { ControlTable } from '../table/tables.ts';

/** Sweeps read all shards; commits spread over them, so that no key takes every write. */
export const OUTBOX_SHARDS = 8;

const outboxItemSchema = z.object({
  pk: z.string(),
  sk: z.string(),
  at: z.iso.datetime(),
  events: z.array(outboxEventSchema),
});

/** Side effects that a transaction owes, and the key to strike them off by. */
export interface OutboxEntry {
  key: Key;
  at: string;
  events: OutboxEvent[];
}

export function outboxEntry(id: string, at: Date, events: OutboxEvent[]): OutboxEntry {
  const shard = [...id].reduce((sum, char) => sum + char.charCodeAt(0), 0) % OUTBOX_SHARDS;
  return { key: { pk: `OUT#${shard}`, sk: id }, at: at.toISOString(), events };
}

/** Leaves an entry in the outbox. */
export const outboxAction = (TableName: string, { key, at, events }: OutboxEntry): TransactWriteItem => ({
  Put: {
    TableName,
    Item: toItem({ ...key, _v: 1, at, events }),
    ConditionExpression: 'attribute_not_exists(pk)',
  },
});

/**
 * Entries that were written before `before` and still stand, oldest first in each shard; and the keys of those that
 * hold nothing that this version knows, so that they keep no other back.
 */
export async function readOutbox(
  table: ControlTable,
  before: Date,
): Promise<{ entries: OutboxEntry[]; unreadable: Key[] }> {
  const shards = Array.from({ length: OUTBOX_SHARDS }, (_, shard) => queryItems(table, `OUT#${shard}`));
  const items = (await Promise.all(shards)).flat().map(fromItem);
  const entries: OutboxEntry[] = [];
  const unreadable: Key[] = [];
  for (const item of items) {
    const parsed = outboxItemSchema.safeParse(item);
    if (!parsed.success) {
      unreadable.push({ pk: String(item['pk']), sk: String(item['sk']) });
      continue;
    }
    const { pk, sk, at, events } = parsed.data;
    if (at < before.toISOString()) entries.push({ key: { pk, sk }, at, events });
  }
  return { entries, unreadable };
}

export async function deleteOutboxEntry(table: ControlTable, key: Key): Promise<void> {
  await table.client.send(new DeleteItemCommand({ TableName: table.table, Key: keyItem(key) }));
}
