import db from 'dynalite/db/index.js';
import type { Json, Operation } from 'dynalite/db/index.js';
import type { Engine } from '../engine.ts';
import { isItem } from '../storage/expiry.ts';
import { digestOf } from '../storage/request-tokens.ts';
import { runAction } from './actions.ts';
import { readReason, refuseCancelled, writeReason } from './cancellation.ts';
import { capacityMode, indexUnits, readUnits, summarise, writeUnits } from './capacity.ts';
import type { Units } from './capacity.ts';
import { DynamoDbError, invalid } from './errors.ts';
import { changeItem, writeChanges } from './item-change.ts';
import type { Outcome } from './item-change.ts';
import type { ItemRequest } from './item-request.ts';
import { readActions, readTransaction } from './transaction-request.ts';
import type { TransactionRequest } from './transaction-request.ts';

const mostBytes = 4 * 1024 * 1024;

/** TransactWriteItems: all of the changes in one batch, or none. */
export async function transactWrite(engine: Engine, raw: Json): Promise<Json> {
  const request = readTransaction(raw);
  const token = request.ClientRequestToken;
  if (!token) return write(engine, request, []);
  // Taken before the actions are read: dynalite's validation removes unknown members from them.
  const digest = digestOf(request.TransactItems);
  const state = engine.tokens.begin(token, digest);
  if (state === 'done') return {};
  if (state !== 'new') throw tokenRefusals[state]();
  try {
    const answer = await write(engine, request, engine.tokens.stage(token, digest));
    engine.tokens.written(token, digest);
    return answer;
  } finally {
    engine.tokens.end(token);
  }
}

const tokenRefusals = {
  running: () =>
    new DynamoDbError(
      'TransactionInProgressException',
      'The transaction with the given request token is in progress.',
    ),
  different: () =>
    new DynamoDbError(
      'IdempotentParameterMismatchException',
      'The provided ClientRequestToken is already in use with different parameters',
    ),
};

/** TransactGetItems: all of the items as they were at one moment. */
export async function transactGet(engine: Engine, raw: Json): Promise<Json> {
  const request = readTransaction(raw);
  const mode = capacityMode(request.ReturnConsumedCapacity);
  const items = await readActions(engine, request, ['Get']);
  return engine.locks.run(idsOf(items), async () => {
    refuseCancelled(items.map(() => readReason(engine.conflicts())));
    const found = await Promise.all(items.map((item) => runAction(item.action, engine.store, item.request)));
    const units = items.map((item, n): Units => {
      const read = found[n]?.['Item'];
      return {
        table: item.table.TableName,
        own: 2 * readUnits(isItem(read) ? read : undefined),
        indexes: {},
      };
    });
    return {
      Responses: found.map(({ Item: item }) => (item ? { Item: item } : {})),
      ...(mode && { ConsumedCapacity: summarise(units, mode) }),
    };
  });
}

async function write(engine: Engine, request: TransactionRequest, beside: Operation[]): Promise<Json> {
  const items = await readActions(engine, request, ['Put', 'Update', 'Delete', 'ConditionCheck']);
  const mode = capacityMode(request.ReturnConsumedCapacity);
  return engine.locks.run(idsOf(items), async () => {
    const actions = await Promise.all(
      items.map(async (item) => {
        const outcome = await changeItem(engine, item);
        return { item, outcome, reason: writeReason(outcome, item, engine.conflicts()) };
      }),
    );
    const reasons = actions.map(({ reason }) => reason);
    const cancelled = reasons.some(({ Code }) => Code !== 'None');
    const capacity = (detail: 'TOTAL' | 'INDEXES') =>
      summarise(
        actions.map(({ item, outcome }) => unitsOf(item, outcome, cancelled)),
        detail,
      );
    engine.onTransaction?.(capacity('INDEXES'), cancelled ? 'cancelled' : 'done');
    refuseCancelled(reasons);
    const changes = actions.map(({ outcome }) => outcome.change);
    const bytes = changes.reduce((sum, { before, after }) => sum + sizeOf(after ?? before), 0);
    if (bytes > mostBytes) throw invalid('The aggregate size of the items in the transaction exceeds 4 MB');
    await writeChanges(engine, changes, beside);
    return mode ? { ConsumedCapacity: capacity(mode) } : {};
  });
}

const idsOf = (items: readonly ItemRequest[]) => items.map(({ id }) => id);
const sizeOf = (item: Parameters<typeof db.itemSize>[0] | undefined) => (item ? db.itemSize(item) : 0);

/** A transaction writes each item twice, to prepare and to commit; indexes hear only of what was committed. */
function unitsOf({ table }: ItemRequest, { change }: Outcome, cancelled: boolean): Units {
  const indexes = cancelled ? {} : indexUnits(table, change);
  return { table: table.TableName, own: 2 * writeUnits(change), indexes };
}
