import { ConditionalCheckFailedException, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { forgiven, nextAttempt, type AttemptLimit, type Attempts } from '../../domain/sign-in-delay.ts';
import { readItem } from '../table/control-reader.ts';
import { fromItem } from '../table/items.ts';
import type { Key } from '../table/records.ts';
import { setItem, type WriteCondition } from '../table/set-item.ts';
import type { ControlTable } from '../table/tables.ts';

const attemptsSchema = z.object({
  v: z.int(),
  count: z.int(),
  last: z.int(),
  blockedUntil: z.int(),
});

/** Kept beyond the hour that counts, so that an entry is never forgotten early. */
const KEPT_MS = 2 * 3_600_000;

/** Names that people try may be anything, even a password typed in the wrong field: the table holds their hash. */
const attemptsKey = (subject: string): Key => ({
  pk: `TRY#${createHash('sha256').update(subject).digest('hex')}`,
  sk: 'A',
});

export type Claim = { allowed: true } | { allowed: false; waitMs: number };

/** Others who try at the same moment may be first this often before the try is put off. */
const CLAIM_ROUNDS = 10;

/** Counts a try before it is made; refused while the subject has to wait. */
export async function claimAttempt(
  table: ControlTable,
  subject: string,
  limit: AttemptLimit,
  now: Date,
): Promise<Claim> {
  for (let round = 1; round <= CLAIM_ROUNDS; round++) {
    const known = await readAttempts(table, subject);
    const decision = nextAttempt(known, limit, now.getTime());
    if (!decision.allowed) return decision;
    if (await writeAttempts(table, subject, decision.next, known?.v ?? 0)) return { allowed: true };
  }
  return { allowed: false, waitMs: 1000 };
}

/** Takes back a try that had the right password. Losing against another try is no harm: it counts once more. */
export async function forgiveAttempt(table: ControlTable, subject: string): Promise<void> {
  const known = await readAttempts(table, subject);
  if (known) await writeAttempts(table, subject, forgiven(known), known.v);
}

async function readAttempts(
  table: ControlTable,
  subject: string,
): Promise<z.infer<typeof attemptsSchema> | undefined> {
  const item = await readItem(table, attemptsKey(subject));
  return item && attemptsSchema.parse(fromItem(item));
}

async function writeAttempts(
  table: ControlTable,
  subject: string,
  { count, last, blockedUntil }: Attempts,
  version: number,
): Promise<boolean> {
  const ttl = Math.ceil((Math.max(last, blockedUntil) + KEPT_MS) / 1000);
  const tried = { v: version + 1, count, last, blockedUntil, ttl };
  const still: WriteCondition =
    version === 0
      ? { expression: 'attribute_not_exists(pk)' }
      : { expression: '#v = :known', values: { ':known': version } };
  try {
    await table.client.send(new UpdateItemCommand(setItem(table.table, attemptsKey(subject), tried, still)));
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
