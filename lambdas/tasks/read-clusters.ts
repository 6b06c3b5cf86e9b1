import { readMany } from '@keystone/shared/store/table/control-reader.ts';
import type { RecordShapes } from '@keystone/shared/store/table/records.ts';
import type { ControlTable } from '@keystone/shared/store/table/tables.ts';
import { readLastId } from '@keystone/shared/store/unit-of-work/counters.ts';

/** Every cluster that is not deleted, closed ones too, in the order of their ids. */
export async function readClusters(table: ControlTable): Promise<RecordShapes['cluster'][]> {
  // By id from the counter, not from an index: an index may lack what was just made.
  const last = await readLastId(table, 'cluster');
  const ids = Array.from({ length: last }, (_, index) => index + 1);
  const records = await readMany(table, 'cluster', ids);
  return ids.flatMap((id) => {
    const record = records.get(id);
    return record === undefined || record.hidden ? [] : [record.fields];
  });
}
