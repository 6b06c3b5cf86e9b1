import {
  ConditionalCheckFailedException,
  UpdateItemCommand,
  type TransactWriteItem,
} from '@aws-sdk/client-dynamodb';
import { gunzipSync, gzipSync } from 'node:zlib';
import * as z from 'zod';
import { policyHash } from '../../contracts/policy-hash.ts';
import {
  policySchema,
  policyVersionSchema,
  segmentMarkSchema,
  type Policy,
  type PolicyVersion,
  type SegmentMark,
} from '../../contracts/policy.ts';
import { sha256Schema } from '../../contracts/primitives.ts';
import { queryItems, readItem } from '../table/control-reader.ts';
import { ConflictError } from '../table/errors.ts';
import { fromItem, keyItem, toItem, type Item } from '../table/items.ts';
import type { Key } from '../table/records.ts';
import { setItem, type WriteCondition } from '../table/set-item.ts';
import type { ControlTable } from '../table/tables.ts';
import { transact } from '../table/transact.ts';

/** The version that a cluster should hold, and the hash of its content. */
const headSchema = policyVersionSchema.extend({
  hash: sha256Schema,
  parts: z.int().min(1),
  looks: z.int().optional(),
  lowest: segmentMarkSchema.optional(),
  highest: segmentMarkSchema.optional(),
});
export interface PolicyMark {
  version: PolicyVersion;
  hash: string;
  /** The lowest and the highest mark at which figures of an account stand; absent where there is no account. */
  lowest?: SegmentMark | undefined;
  highest?: SegmentMark | undefined;
}

/** What a build has read before anything else. */
export interface BuiltOn {
  version: PolicyVersion;
  /** How often builds came to what stood already; undefined for never. */
  looks?: number | undefined;
}

/** A cluster's desired state as it was last built. */
export interface PolicyHead extends PolicyMark, BuiltOn {
  policy: Policy;
}

const partSchema = policyVersionSchema.extend({ data: z.instanceof(Uint8Array) });

const policyPk = (cluster: number) => `CL#${cluster}#POLICY`;
const headKey = (cluster: number): Key => ({ pk: policyPk(cluster), sk: 'HEAD' });
/** Under the same keys for every version, so that none is left behind; each says which version it belongs to. */
const partKey = (cluster: number, part: number): Key => ({
  pk: policyPk(cluster),
  sk: `P#${String(part).padStart(4, '0')}`,
});

/** Gzip in one item; DynamoDB takes 400 kB. */
const PART_BYTES = 300_000;

/** Version and hash of a cluster's policy, strongly consistent, or undefined before the first. */
export async function readPolicyMark(table: ControlTable, cluster: number): Promise<PolicyMark | undefined> {
  const item = await readItem(table, headKey(cluster));
  return item && markOf(item);
}

function markOf(item: Item): PolicyMark & BuiltOn & { parts: number } {
  const { epoch, n, ...rest } = headSchema.parse(fromItem(item));
  return { version: { epoch, n }, ...rest };
}

const MAX_READS = 8;

/** A cluster's policy, strongly consistent, or undefined before the first. */
export async function readPolicyHead(table: ControlTable, cluster: number): Promise<PolicyHead | undefined> {
  for (let read = 0; read < MAX_READS; read++) {
    const [head, ...parts] = await queryItems(table, policyPk(cluster));
    if (!head) return undefined;
    const mark = markOf(head);
    const policy = policyOf(mark, parts);
    if (policy) return { version: mark.version, hash: mark.hash, looks: mark.looks, policy };
  }
  throw new Error(`The policy of cluster ${cluster} changed during each of ${MAX_READS} reads`);
}

/** The policy in its parts, or undefined where a write came between them: a query sees items one by one. */
function policyOf({ version, parts }: { version: PolicyVersion; parts: number }, items: Item[]) {
  const pieces = items.slice(0, parts).map((item) => partSchema.parse(fromItem(item)));
  const whole = pieces.every(({ epoch, n }) => epoch === version.epoch && n === version.n);
  if (!whole || pieces.length < parts) return undefined;
  const body = gunzipSync(Buffer.concat(pieces.map(({ data }) => data)));
  return policySchema.parse(JSON.parse(body.toString('utf8')));
}

/**
 * Makes a policy the cluster's head, on condition that no other build ended since the head it was built on was read.
 *
 * @param built the head that was read before anything else, or undefined where there was none
 * @throws ConflictError where another build came first: start over
 */
export async function writePolicyHead(
  table: ControlTable,
  policy: Policy,
  built: BuiltOn | undefined,
  token: string,
): Promise<PolicyHead> {
  const hash = policyHash(policy);
  const { cluster, version } = policy;
  const body = gzipSync(JSON.stringify(policy));
  const parts = Math.ceil(body.length / PART_BYTES);
  // Whole: nothing beside a part's bytes outlives the version that they belong to.
  const pieces = Array.from({ length: parts }, (_, part): TransactWriteItem => {
    const data = body.subarray(part * PART_BYTES, (part + 1) * PART_BYTES);
    const item = toItem({ ...partKey(cluster, part), _v: 1, ...version, data });
    return { Put: { TableName: table.table, Item: item } };
  });
  const said = { ...version, hash, parts, ...marksOf(policy) };
  const head = setItem(table.table, headKey(cluster), said, stillAt(built));
  await transact(table.client, [{ Update: head }, ...pieces], token);
  return { version, hash, looks: built?.looks, policy };
}

/**
 * Says that a build came to what stands already. A build that had read something older, and is slower, would take its own for
 * news otherwise, as no version came between.
 *
 * @throws ConflictError where another build came first: start over
 */
export async function confirmPolicyHead(table: ControlTable, cluster: number, built: BuiltOn): Promise<void> {
  const still = stillAt(built);
  try {
    await table.client.send(
      new UpdateItemCommand({
        TableName: table.table,
        Key: keyItem(headKey(cluster)),
        UpdateExpression: 'ADD #looks :one',
        ConditionExpression: still.expression,
        ExpressionAttributeNames: still.names,
        ExpressionAttributeValues: toItem({ ':one': 1, ...still.values }),
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    throw new ConflictError(`another build of the policy of cluster ${cluster} came first`, { cause: error });
  }
}

/** Both are undefined, and so taken out of the head, where there is no account. */
function marksOf({ accounts }: Policy): Record<'lowest' | 'highest', SegmentMark | undefined> {
  const marks = accounts.map(({ through }) => through);
  marks.sort((a, b) => a.epoch - b.epoch || a.segment - b.segment);
  return { lowest: marks[0], highest: marks.at(-1) };
}

function stillAt(built: BuiltOn | undefined): WriteCondition {
  if (!built) return { expression: 'attribute_not_exists(pk)' };
  const { version, looks } = built;
  return {
    expression: `#epoch = :builtEpoch AND #n = :builtN AND ${looks === undefined ? 'attribute_not_exists(#looks)' : '#looks = :builtLooks'}`,
    names: { '#epoch': 'epoch', '#n': 'n', '#looks': 'looks' },
    values: {
      ':builtEpoch': version.epoch,
      ':builtN': version.n,
      ...(looks !== undefined && { ':builtLooks': looks }),
    },
  };
}
