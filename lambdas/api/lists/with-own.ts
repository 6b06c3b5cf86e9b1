import type { NumberedKind } from '@keystone/shared/store/kinds.ts';
import type { Stored } from '@keystone/shared/store/records.ts';

/** A staff-wide list, which may lag behind, with records that were read directly: what one wrote, one sees at once. */
export function withOwn<K extends NumberedKind>(listed: Stored<K>[], own: readonly Stored<K>[]): Stored<K>[] {
  const records = new Map(listed.map((record) => [record.fields.id, record]));
  for (const record of own) records.set(record.fields.id, record);
  return [...records.values()];
}
