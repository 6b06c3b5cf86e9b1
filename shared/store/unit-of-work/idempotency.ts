import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { readItem } from '../table/control-reader.ts';
import { IdempotencyMismatchError } from '../table/errors.ts';
import { fromItem, toItem } from '../table/items.ts';
import type { Key } from '../table/records.ts';
import type { ControlTable } from '../table/tables.ts';

const HOURS_KEPT = 25;

const idempotencyItemSchema = z.object({
  digest: z.string(),
  status: z.int(),
  subject: z.int().nullable(),
  until: z.iso.datetime(),
});

/** A repeatable POST: who sent it under which key, a digest of what it asked, and what came of it. */
export interface IdempotentCall {
  who: string;
  key: string;
  digest: string;
}

export interface IdempotentOutcome {
  status: number;
  /** Id of the record that the call made; a repetition answers with it as it is now. */
  subject: number | null;
}

const keyFor = ({ who, key }: IdempotentCall): Key => ({ pk: `IDEM#${who}#${key}`, sk: 'A' });

/**
 * What an earlier call under the same key came to, or undefined.
 *
 * @throws IdempotencyMismatchError where that call asked for something else
 */
export async function readOutcome(
  table: ControlTable,
  call: IdempotentCall,
  now: Date,
): Promise<IdempotentOutcome | undefined> {
  const item = await readItem(table, keyFor(call));
  if (!item) return undefined;
  const { digest, status, subject, until } = idempotencyItemSchema.parse(fromItem(item));
  if (until <= now.toISOString()) return undefined;
  if (digest !== call.digest)
    throw new IdempotencyMismatchError('the Idempotency-Key was used for another body');
  return { status, subject };
}

/** Notes an outcome, unless one under the same key still stands. */
export function outcomeAction(
  TableName: string,
  call: IdempotentCall,
  outcome: IdempotentOutcome,
  now: Date,
): TransactWriteItem {
  const until = new Date(now.getTime() + HOURS_KEPT * 3_600_000);
  return {
    Put: {
      TableName,
      Item: toItem({
        ...keyFor(call),
        _v: 1,
        digest: call.digest,
        ...outcome,
        until: until.toISOString(),
        ttl: Math.ceil(until.getTime() / 1000),
      }),
      ConditionExpression: 'attribute_not_exists(pk) OR #until <= :now',
      ExpressionAttributeNames: { '#until': 'until' },
      ExpressionAttributeValues: { ':now': { S: now.toISOString() } },
    },
  };
}
