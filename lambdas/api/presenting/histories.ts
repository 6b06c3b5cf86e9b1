import type * as z from 'zod';
import type { historySchema } from '@keystone/shared/contracts/rest/summaries.ts';
import type { AuditEntry } from '@keystone/shared/store/unit-of-work/audit.ts';
import type { Referenced } from './referenced.ts';
import { userSummary } from './summaries.ts';

export type History = z.infer<typeof historySchema>;

/** Who acted in histories. */
export const actorsIn = (histories: readonly AuditEntry[][]): number[] =>
  histories.flat().flatMap(({ actor }) => (actor === null ? [] : [actor]));

/** A record's history with the names of who acted. */
export const historyOf = (entries: readonly AuditEntry[] = [], users: Referenced<'user'>): History =>
  entries.map(({ id, timestamp, action, actor, changes }) => ({
    id,
    timestamp,
    action,
    actor,
    _actor: actor === null ? null : userSummary(users.get(actor)),
    changes,
  }));
