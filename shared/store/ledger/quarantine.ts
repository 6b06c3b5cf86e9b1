import { ConditionalCheckFailedException, DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import * as z from 'zod';
import { queryItems } from '../table/control-reader.ts';
import { fromItem, keyItem, toItem } from '../table/items.ts';
import type { Key } from '../table/records.ts';
import type { LedgerTable } from '../table/tables.ts';

/** Why something that an agent sent was kept aside. */
export const quarantineReasonSchema = z.enum(['envelope', 'sender', 'message', 'record', 'unbillable']);
export type QuarantineReason = z.infer<typeof quarantineReasonSchema>;

/** What was kept aside for a person to look at: one row of the scheduler, or a whole message. */
const quarantinedSchema = z.object({
  /** 0 where the sender is not known. */
  cluster: z.int().min(0),
  reason: quarantineReasonSchema,
  /** What was wrong, and where. */
  detail: z.string(),
  /** The thing in whose name it came. */
  thing: z.string(),
  at: z.iso.datetime(),
  epoch: z.int().nullable(),
  segment: z.int().nullable(),
});

/** `raw` is what came, as text: JSON, or base64 of what was no JSON. */
export type Quarantined = z.infer<typeof quarantinedSchema> & { raw: string };

/** The raw text of a message fits, and so does gzip of what unpacks to more. */
const MOST_DETAIL = 500;

/** The key is the content: what is delivered twice lies there once. */
const keyFor = ({ cluster, raw }: Quarantined): Key => ({
  pk: `QUAR#${cluster}`,
  sk: createHash('sha256').update(raw).digest('hex'),
});

/**
 * Keeps something aside. What lies there already stays as it was first noted, save where a row is said again under a later
 * number: that word is later than what was charged in between.
 */
export async function quarantine(ledger: LedgerTable, entry: Quarantined): Promise<void> {
  const { raw, detail, ...rest } = entry;
  const item = {
    ...keyFor(entry),
    ...rest,
    _v: 1,
    detail: detail.slice(0, MOST_DETAIL).toWellFormed(),
    raw: gzipSync(raw),
  };
  try {
    await ledger.client.send(
      new PutItemCommand({
        TableName: ledger.table,
        Item: toItem(item),
        ConditionExpression:
          'attribute_not_exists(pk) OR epoch < :epoch OR (epoch = :epoch AND #segment < :segment)',
        ExpressionAttributeNames: { '#segment': 'segment' },
        ExpressionAttributeValues: toItem({ ':epoch': rest.epoch, ':segment': rest.segment }),
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}

/** Everything that was kept aside for a cluster (0: from senders that are not known). */
export async function readQuarantine(ledger: LedgerTable, cluster: number): Promise<Quarantined[]> {
  const items = await queryItems(ledger, `QUAR#${cluster}`);
  return items.map((item) => {
    const { raw, ...rest } = fromItem(item);
    return {
      ...quarantinedSchema.parse(rest),
      raw: gunzipSync(z.instanceof(Uint8Array).parse(raw)).toString('utf8'),
    };
  });
}

/** Forgets what was kept aside, once it is charged. Where it was said again meanwhile, under a later number, it stays. */
export async function forgetQuarantined(ledger: LedgerTable, entry: Quarantined): Promise<void> {
  try {
    await ledger.client.send(
      new DeleteItemCommand({
        TableName: ledger.table,
        Key: keyItem(keyFor(entry)),
        ConditionExpression: 'epoch = :epoch AND #segment = :segment',
        ExpressionAttributeNames: { '#segment': 'segment' },
        ExpressionAttributeValues: toItem({ ':epoch': entry.epoch, ':segment': entry.segment }),
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}
