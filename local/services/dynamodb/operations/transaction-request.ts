import type { Json } from 'dynalite/db/index.js';
import * as z from 'zod';
import type { Engine } from '../engine.ts';
import { constraint, invalid } from './errors.ts';
import { readItemRequest } from './item-request.ts';
import type { ItemKind, ItemRequest } from './item-request.ts';

const mostItems = 100;

const shape = z.object({
  TransactItems: z
    .array(
      z.partialRecord(
        z.enum(['Put', 'Update', 'Delete', 'ConditionCheck', 'Get']),
        z.record(z.string(), z.unknown()).nullish(),
      ),
    )
    .default([]),
  ClientRequestToken: z.string().min(1).max(36).nullish(),
  ReturnConsumedCapacity: z.enum(['INDEXES', 'TOTAL', 'NONE']).nullish(),
});

export type TransactionRequest = z.infer<typeof shape>;

/** Reads the outer form of a transaction; its actions are read by `readActions`. */
export function readTransaction(raw: Json): TransactionRequest {
  const read = shape.safeParse(raw);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw invalid(
    `1 validation error detected: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'malformed'}`,
  );
}

/** Reads the actions of a transaction and checks what concerns them together. */
export async function readActions(
  engine: Engine,
  { TransactItems }: TransactionRequest,
  kinds: readonly ItemKind[],
): Promise<ItemRequest[]> {
  if (TransactItems.length === 0) throw constraint('transactItems', 'have length greater than or equal to 1');
  if (TransactItems.length > mostItems)
    throw constraint('transactItems', `have length less than or equal to ${String(mostItems)}`);
  const actions = TransactItems.map((entry) => {
    const given = kinds.filter((kind) => entry[kind]);
    const [kind] = given;
    const raw = kind && entry[kind];
    if (!raw || given.length > 1)
      throw invalid(`TransactItems can only contain one of ${kinds.join(', ')} in each of its entries`);
    if (kind === 'ConditionCheck' && typeof raw['ConditionExpression'] !== 'string')
      throw constraint('transactItems.member.conditionCheck.conditionExpression', 'not be null');
    return { kind, raw };
  });
  const items = await Promise.all(actions.map(({ kind, raw }) => readItemRequest(engine, kind, raw)));
  if (new Set(items.map(({ id }) => id)).size < items.length)
    throw invalid('Transaction request cannot include multiple operations on one item');
  return items;
}
