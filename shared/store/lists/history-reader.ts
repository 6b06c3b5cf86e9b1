import { auditEntrySchema, historyKey, readHistory, type AuditEntry } from '../unit-of-work/audit.ts';
import { batchReadUnchanging } from '../table/batch-reader.ts';
import { fromItem, type Item } from '../table/items.ts';
import { mapBounded } from '../table/map-bounded.ts';
import type { Kind, Stored } from '../table/records.ts';
import type { ControlTable } from '../table/tables.ts';
import { idOf } from '../table/tracked-record.ts';

/** Queries under way at once: a long list must not take every connection. */
const PARALLEL = 25;

type Logged = Pick<Stored<Kind>, 'key' | 'log'>;

/**
 * Histories of records in their order, each newest entry first. Entries that records name are read together; the rest
 * takes a query for each record.
 */
export async function readHistories(
  table: ControlTable,
  records: readonly Logged[],
): Promise<AuditEntry[][]> {
  const [named, asked] = await Promise.all([
    readNamed(table, records),
    mapBounded(records, PARALLEL, async ({ key, log }) => (log ? undefined : readHistory(table, key))),
  ]);
  return records.map(({ key, log }, index) => asked[index] ?? entriesOf(named, { key, log: log ?? [] }));
}

async function readNamed(table: ControlTable, records: readonly Logged[]): Promise<Map<string, Item>> {
  const keys = records.flatMap(({ key, log = [] }) => log.map((id) => historyKey(key, id)));
  const items = await batchReadUnchanging(table, keys);
  return new Map(items.map((item) => [idOf({ pk: item['pk']?.S ?? '', sk: item['sk']?.S ?? '' }), item]));
}

function entriesOf(items: ReadonlyMap<string, Item>, { key, log }: Required<Logged>): AuditEntry[] {
  return log.flatMap((id) => {
    const item = items.get(idOf(historyKey(key, id)));
    return item ? [auditEntrySchema.parse(fromItem(item))] : [];
  });
}
