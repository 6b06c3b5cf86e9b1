import { ConditionalCheckFailedException, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { sessionMoment } from '../../domain/segment-numbers.ts';
import { readItem } from '../table/control-reader.ts';
import { fromItem } from '../table/items.ts';
import type { Key } from '../table/records.ts';
import { setItem } from '../table/set-item.ts';
import type { ControlTable } from '../table/tables.ts';

/** Two sessions of one cluster hardly ever begin at once. */
const ATTEMPTS = 5;

const sessionsKey = (cluster: number): Key => ({ pk: `CL#${cluster}`, sk: 'AGENT#SESSIONS' });

/** The last session of a cluster's agents that was numbered. */
const lastSessionSchema = z.object({ last: z.int(), name: z.string(), former: z.int() });
type LastSession = z.infer<typeof lastSessionSchema>;

export interface NumberedSession {
  number: number;
  /** The number of the session before, or 0 where there was none. */
  former: number;
}

/**
 * Numbers a session of a cluster's agent with the broker, above all that were numbered before. It is the moment, so that a
 * table that was restored from a backup gives none twice, and one more where two come at once. A session that asks
 * again, as its report comes twice or its answer was lost, is told the same: the next one would take another number for
 * another's.
 *
 * @param name of the session, the agent's own
 * @throws Error where others were numbered in between each time
 */
export async function numberSession(
  table: ControlTable,
  { cluster, name }: { cluster: number; name: string },
  now: Date,
): Promise<NumberedSession> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const before = await readLast(table, cluster);
    if (before?.name === name) return { number: before.last, former: before.former };
    const former = before?.last ?? 0;
    const last = Math.max(sessionMoment(now), former + 1);
    if (await writeLast(table, cluster, { last, name, former }, before)) return { number: last, former };
  }
  throw new Error(`the session could not be numbered: ${ATTEMPTS} others of the cluster came in between`);
}

async function readLast(table: ControlTable, cluster: number): Promise<LastSession | undefined> {
  const item = await readItem(table, sessionsKey(cluster));
  return item && lastSessionSchema.parse(fromItem(item));
}

/** @returns whether the one before was still the last */
async function writeLast(
  table: ControlTable,
  cluster: number,
  session: LastSession,
  before: LastSession | undefined,
): Promise<boolean> {
  const still = before
    ? { expression: '#last = :before', values: { ':before': before.last } }
    : { expression: 'attribute_not_exists(pk)' };
  try {
    await table.client.send(
      new UpdateItemCommand(setItem(table.table, sessionsKey(cluster), session, still)),
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
