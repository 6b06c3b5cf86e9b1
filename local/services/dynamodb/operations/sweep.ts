import type { Item } from 'dynalite/db/index.js';
import type { Engine } from '../engine.ts';
import { isItem } from '../storage/expiry.ts';
import { itemPrefix } from '../storage/key-space.ts';
import { activeTable } from './actions.ts';
import { changeItem, writeChanges } from './item-change.ts';
import { readItemRequest } from './item-request.ts';

/**
 * Deletes what has expired by its table's time to live. AWS takes days for it, so nothing may rely on it.
 *
 * @returns how many items went
 */
export async function sweepExpired(engine: Engine): Promise<number> {
  const now = engine.clock() / 1000;
  let gone = 0;
  for (const { table, key } of engine.expiry.expired(now)) {
    const deleted = await engine.locks.run([`${table}/${key}`], () => deleteExpired(engine, table, key, now));
    if (deleted) gone += 1;
  }
  return gone;
}

async function deleteExpired(engine: Engine, TableName: string, key: string, now: number): Promise<boolean> {
  const item = await engine.store.db.get(itemPrefix(TableName) + key);
  // It may have been renewed since it was listed.
  if (!isItem(item) || !engine.expiry.hasExpired(TableName, item, now)) return false;
  const { KeySchema } = await activeTable(engine.store, TableName);
  const Key: Item = Object.fromEntries(KeySchema.map(({ AttributeName: name }) => [name, item[name] ?? {}]));
  const { change, refusal } = await changeItem(
    engine,
    await readItemRequest(engine, 'Delete', { TableName, Key }),
  );
  if (refusal) throw refusal;
  await writeChanges(engine, [change]);
  return true;
}
