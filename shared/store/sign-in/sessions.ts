import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { idSchema } from '../../contracts/primitives.ts';
import { readItem } from '../table/control-reader.ts';
import { itemsFrom, type ItemSource } from '../table/gathered-reads.ts';
import { fromItem, keyItem, toItem } from '../table/items.ts';
import { keyOf } from '../table/kinds.ts';
import type { Key, Stored } from '../table/records.ts';
import { setItem } from '../table/set-item.ts';
import type { ControlTable } from '../table/tables.ts';
import { transact } from '../table/transact.ts';

/** A session ends this long after its last call, and this long after it began, whatever the table still holds. */
export const SESSION_IDLE_MS = 12 * 3_600_000;
export const SESSION_AGE_MS = 7 * 24 * 3_600_000;
/** `seen` is moved at most this often, so that a busy page does not write on every call. */
const SEEN_STEP_MS = 5 * 60_000;

const sessionSchema = z.object({
  user: idSchema,
  created: z.iso.datetime(),
  seen: z.iso.datetime(),
});
export type Session = z.infer<typeof sessionSchema>;

const signInSchema = z.object({ at: z.iso.datetime(), networks: z.array(z.string()) });
/** When a user last signed in, and from which networks lately. */
export type LastSignIn = z.infer<typeof signInSchema>;

/** The table holds the hash: who reads it can't use a session. */
const sessionKey = (token: string): Key => ({
  pk: `SES#${createHash('sha256').update(token).digest('hex')}`,
  sk: 'A',
});
const lastSignInKey = (user: number): Key => ({ pk: keyOf('user', user).pk, sk: 'LOGIN' });

/** The session of a token while it lasts. Whether its user may still use it is the caller's to ask. */
export async function readSession(
  table: ControlTable,
  token: string,
  now: Date,
): Promise<Session | undefined> {
  const item = await readItem(table, sessionKey(token));
  if (!item) return undefined;
  const session = sessionSchema.parse(fromItem(item));
  const idle = now.getTime() - Date.parse(session.seen);
  const age = now.getTime() - Date.parse(session.created);
  return idle > SESSION_IDLE_MS || age > SESSION_AGE_MS ? undefined : session;
}

/**
 * Begins a session, and notes the sign-in beside the user where there was one.
 *
 * @throws ConflictError where the user's record changed since it was read: the password may be another
 */
export async function beginSession(
  table: ControlTable,
  token: string,
  { fields: { id: user }, key, version }: Stored<'user'>,
  now: Date,
  options: { requestToken: string; signIn?: LastSignIn },
): Promise<void> {
  const at = now.toISOString();
  const session = { ...sessionKey(token), _v: 1, user, created: at, seen: at };
  const ttl = Math.ceil((now.getTime() + SESSION_AGE_MS) / 1000);
  const { signIn } = options;
  await transact(
    table.client,
    [
      {
        ConditionCheck: {
          TableName: table.table,
          Key: keyItem(key),
          ConditionExpression: 'v = :v',
          ExpressionAttributeValues: { ':v': { N: String(version) } },
        },
      },
      {
        Put: {
          TableName: table.table,
          Item: toItem({ ...session, ttl }),
          ConditionExpression: 'attribute_not_exists(pk)',
        },
      },
      ...(signIn ? [{ Update: setItem(table.table, lastSignInKey(user), { ...signIn }) }] : []),
    ],
    options.requestToken,
  );
}

/** Moves a session's idle limit. A session that was ended meanwhile stays so. */
export async function touchSession(
  table: ControlTable,
  token: string,
  session: Session,
  now: Date,
): Promise<void> {
  if (now.getTime() - Date.parse(session.seen) < SEEN_STEP_MS) return;
  try {
    await table.client.send(
      new UpdateItemCommand({
        TableName: table.table,
        Key: keyItem(sessionKey(token)),
        UpdateExpression: 'SET seen = :now',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: { ':now': { S: now.toISOString() } },
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}

export async function endSession(table: ControlTable, token: string): Promise<void> {
  await table.client.send(new DeleteItemCommand({ TableName: table.table, Key: keyItem(sessionKey(token)) }));
}

export async function readLastSignIn(table: ControlTable, user: number): Promise<LastSignIn | undefined> {
  const item = await readItem(table, lastSignInKey(user));
  return item && signInSchema.parse(fromItem(item));
}

/** When users last signed in, by user; who never did is left out. */
export async function readLastSignIns(
  source: ItemSource,
  users: readonly number[],
): Promise<Map<number, string>> {
  const items = await itemsFrom(source, users.map(lastSignInKey));
  return new Map(
    items.map((item) => [Number(item['pk']?.S?.slice('USR#'.length)), signInSchema.parse(fromItem(item)).at]),
  );
}
