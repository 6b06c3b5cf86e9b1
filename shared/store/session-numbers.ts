import { ConditionalCheckFailedException, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { sessionMoment } from '../domain/segment-numbers.ts';
import { fromItem, keyItem } from './items.ts';
import type { Key } from './records.ts';
import { setItem } from './set-item.ts';
import type { ControlTable } from './tables.ts';

const sessionsKey = (cluster: number): Key => ({ pk: `CL#${cluster}`, sk: 'AGENT#SESSIONS' });

/**
 * A number for a session of a cluster's agent with the broker, above all that were given before. It is the moment, so that a
 * table that was restored from a backup gives none twice, and one more where two come at once.
 */
export async function numberSession(table: ControlTable, cluster: number, now: Date): Promise<number> {
  return (await setSession(table, cluster, sessionMoment(now))) ?? (await countSession(table, cluster));
}

/** Undefined where one so high was given before. */
async function setSession(table: ControlTable, cluster: number, moment: number): Promise<number | undefined> {
  const condition = {
    expression: 'attribute_not_exists(pk) OR #last < :moment',
    values: { ':moment': moment },
  };
  try {
    await table.client.send(
      new UpdateItemCommand(setItem(table.table, sessionsKey(cluster), { last: moment }, condition)),
    );
    return moment;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}

async function countSession(table: ControlTable, cluster: number): Promise<number> {
  const { Attributes = {} } = await table.client.send(
    new UpdateItemCommand({
      TableName: table.table,
      Key: keyItem(sessionsKey(cluster)),
      UpdateExpression: 'ADD #last :one',
      ExpressionAttributeNames: { '#last': 'last' },
      ExpressionAttributeValues: { ':one': { N: '1' } },
      ReturnValues: 'UPDATED_NEW',
    }),
  );
  return z.int().parse(fromItem(Attributes)['last']);
}
