import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { gunzipSync, gzipSync } from 'node:zlib';
import * as z from 'zod';
import { queryItems } from '../../table/control-reader.ts';
import { fromItem, toItem } from '../../table/items.ts';
import type { ControlTable } from '../../table/tables.ts';
import { transact } from '../../table/transact.ts';
import { passStateSchema, type PassState } from './pass-state.ts';

/** A pass as it was kept, and the version to write the next state against. */
export interface KeptPass {
  state: PassState;
  version: number;
}

const PK = 'CHECK#LEDGER';
const HEAD = 'HEAD';
/** Gzip in one item; DynamoDB takes 400 kB. */
const PART_BYTES = 300_000;

const headSchema = z.object({ v: z.int().min(1), parts: z.int().min(1) });
const partSchema = z.object({ v: z.int(), data: z.instanceof(Uint8Array) });

/** The pass over the ledger that a slice left in the control table, or undefined before the first. */
export async function readPass(control: ControlTable): Promise<KeptPass | undefined> {
  const [head, ...others] = await queryItems(control, PK);
  if (!head) return undefined;
  const { v, parts } = headSchema.parse(fromItem(head));
  const pieces = others.slice(0, parts).map((item) => partSchema.parse(fromItem(item)));
  if (pieces.length < parts || pieces.some((piece) => piece.v !== v))
    throw new Error('the pass over the ledger was written while it was read; start the task again');
  const text = gunzipSync(Buffer.concat(pieces.map(({ data }) => data))).toString('utf8');
  return { state: passStateSchema.parse(JSON.parse(text)), version: v };
}

/**
 * Keeps a pass in place of the one that was read.
 *
 * @param version of that one; 0 where there was none
 * @throws ConflictError where another slice kept its own meanwhile
 */
export async function writePass(
  control: ControlTable,
  { state, version }: KeptPass,
  token: string,
): Promise<void> {
  const body = gzipSync(JSON.stringify(state));
  const parts = Math.ceil(body.length / PART_BYTES);
  const v = version + 1;
  const put = (item: Record<string, unknown>) => ({
    TableName: control.table,
    Item: toItem({ pk: PK, _v: 1, v, ...item }),
  });
  const pieces = Array.from({ length: parts }, (_, part): TransactWriteItem => {
    const data = body.subarray(part * PART_BYTES, (part + 1) * PART_BYTES);
    return { Put: put({ sk: `P#${String(part).padStart(4, '0')}`, data }) };
  });
  const still =
    version === 0
      ? { ConditionExpression: 'attribute_not_exists(pk)' }
      : { ConditionExpression: 'v = :v', ExpressionAttributeValues: { ':v': { N: String(version) } } };
  const head = { ...put({ sk: HEAD, parts }), ...still };
  await transact(control.client, [{ Put: head }, ...pieces], token);
}
