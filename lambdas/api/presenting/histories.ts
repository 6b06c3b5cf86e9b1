import type * as z from 'zod';
import type { historySchema } from '@keystone/shared/contracts/rest/summaries.ts';
import { readHistory } from '@keystone/shared/store/audit.ts';
import { mapBounded } from '@keystone/shared/store/map-bounded.ts';
import type { Key } from '@keystone/shared/store/records.ts';
import type { ControlTable } from '@keystone/shared/store/tables.ts';
import { readReferenced } from './referenced.ts';
import { userSummary } from './summaries.ts';

export type History = z.infer<typeof historySchema>;

/** Queries under way at once: a long list must not take every connection. */
const PARALLEL = 25;

/** Histories of records in their order, newest entry first, with the names of who acted. */
export async function readHistories(table: ControlTable, keys: readonly Key[]): Promise<History[]> {
  const histories = await mapBounded(keys, PARALLEL, (key) => readHistory(table, key));
  const actors = histories.flat().flatMap(({ actor }) => (actor === null ? [] : [actor]));
  const users = await readReferenced(table, 'user', actors);
  return histories.map((entries) =>
    entries.map(({ id, timestamp, action, actor, changes }) => ({
      id,
      timestamp,
      action,
      actor,
      _actor: actor === null ? null : userSummary(users.get(actor)),
      changes,
    })),
  );
}
