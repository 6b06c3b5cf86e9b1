import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { idSchema } from '../../contracts/primitives.ts';
import { readItem } from '../table/control-reader.ts';
import { fromItem, keyItem, toItem } from '../table/items.ts';
import type { Key } from '../table/records.ts';
import type { ControlTable } from '../table/tables.ts';

const tokenSchema = z.object({ cluster: idSchema, expires: z.iso.datetime() });

/** The table holds the hash: who reads it can't enrol. */
const tokenKey = (token: string): Key => ({
  pk: `ENR#${createHash('sha256').update(token).digest('hex')}`,
  sk: 'A',
});

/** Writes a token that enrols one agent of a cluster until it expires. */
export function putTokenAction(
  table: ControlTable,
  token: string,
  { cluster, expires }: { cluster: number; expires: Date },
): TransactWriteItem {
  const ttl = Math.ceil(expires.getTime() / 1000);
  const item = { ...tokenKey(token), _v: 1, cluster, expires: expires.toISOString(), ttl };
  return {
    Put: {
      TableName: table.table,
      Item: toItem(item),
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  };
}

/** The cluster that a token enrols an agent of, or undefined where it is unknown, used or over. */
export async function readToken(table: ControlTable, token: string, now: Date): Promise<number | undefined> {
  const item = await readItem(table, tokenKey(token));
  if (!item) return undefined;
  const { cluster, expires } = tokenSchema.parse(fromItem(item));
  return expires > now.toISOString() ? cluster : undefined;
}

/** Uses a token up, on condition that nobody did before. */
export function useTokenAction(table: ControlTable, token: string, now: Date): TransactWriteItem {
  return {
    Delete: {
      TableName: table.table,
      Key: keyItem(tokenKey(token)),
      ConditionExpression: 'expires > :now',
      ExpressionAttributeValues: { ':now': { S: now.toISOString() } },
    },
  };
}
