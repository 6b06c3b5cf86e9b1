import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { queryItems } from '../table/control-reader.ts';
import { fromItem, toItem } from '../table/items.ts';
import { kinds } from '../table/kinds.ts';
import type { Key, Kind, RecordShapes } from '../table/records.ts';
import type { ControlTable } from '../table/tables.ts';

export const auditEntrySchema = z.object({
  id: z.int(),
  record: z.string(),
  action: z.enum(['create', 'update', 'delete']),
  actor: z.int().nullable(),
  cid: z.string(),
  remote: z.string().nullable(),
  timestamp: z.iso.datetime(),
  changes: z.record(z.string(), z.object({ before: z.unknown(), after: z.unknown() })),
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;

/** Who does something, and on whose call. */
export interface Actor {
  /** User id, or null where the product itself acts. */
  user: number | null;
  cid: string;
  remote: string | null;
}

const MASK = '(not recorded)';

/** Fields that differ, each with its value before and after; secrets only as changed. */
export function changesOf<K extends Kind>(
  kind: K,
  before: RecordShapes[K] | undefined,
  after: RecordShapes[K] | undefined,
): AuditEntry['changes'] {
  const old: Record<string, unknown> = { ...before };
  const now: Record<string, unknown> = { ...after };
  const changes: AuditEntry['changes'] = {};
  for (const field of new Set([...Object.keys(old), ...Object.keys(now)])) {
    if (JSON.stringify(old[field] ?? null) === JSON.stringify(now[field] ?? null)) continue;
    const secret = kinds[kind].secret.includes(field);
    const show = (value: unknown) => (value === undefined ? null : secret ? MASK : value);
    changes[field] = { before: show(old[field]), after: show(now[field]) };
  }
  return changes;
}

let last = 0;

/** Ids from the clock (milliseconds times 1,000, and a sequence), unique within this process and rising. */
export function nextClockId(now: Date): number {
  last = Math.max(last + 1, now.getTime() * 1000);
  return last;
}

/** Where a record's entries lie: H# where it has a key to itself, else J# and its own sort key (a cluster's key holds its entitlement rows too). */
export function historyKey(key: Key, id: number): Key {
  return { pk: key.pk, sk: key.sk === 'A' ? `H#${id}` : `J#${key.sk}#${id}` };
}

/** What happened to a record, as far as its entry does not follow from who did it and when. */
export interface AuditedChange {
  kind: Kind;
  key: Key;
  action: AuditEntry['action'];
  changes: AuditEntry['changes'];
}

/** Adds an entry beside a record. */
export function auditAction(
  TableName: string,
  { kind, key, action, changes }: AuditedChange,
  actor: Actor,
  now: Date,
  id = nextClockId(now),
): TransactWriteItem {
  const entry: AuditEntry = {
    id,
    record: kinds[kind].label,
    action,
    actor: actor.user,
    cid: actor.cid,
    remote: actor.remote,
    timestamp: now.toISOString(),
    changes,
  };
  const Item = toItem({ ...entry, ...historyKey(key, entry.id), _v: 1 });
  return { Put: { TableName, Item, ConditionExpression: 'attribute_not_exists(pk)' } };
}

/** A record's history, newest first, 100 entries at most. */
export async function readHistory(table: ControlTable, key: Key): Promise<AuditEntry[]> {
  const prefix = key.sk === 'A' ? 'H#' : `J#${key.sk}#`;
  const items = await queryItems(table, key.pk, prefix, { ScanIndexForward: false, Limit: 100 });
  return items.map((item) => auditEntrySchema.parse(fromItem(item)));
}
