import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { indexOf, namesOf } from '@keystone/cdk/names.ts';
import { adminClient, createTable } from '@keystone/local/services/dynamodb/test-store.ts';
import { TTL_ATTRIBUTE, type ControlTable, type LedgerTable } from '@keystone/shared/store/table/tables.ts';
import { Child } from '@keystone/tests/support/child.ts';
import type { BenchRun } from '../figures/figure.ts';

const { table: nameOf } = namesOf('local');
export const CONTROL_TABLE = nameOf('control');
export const LEDGER_TABLE = nameOf('ledger');

/** Both tables on the stack's own DynamoDB, on disk, in a process of its own, and nothing else. */
export interface StoreAlone {
  endpoint: string;
  pid: number;
  control: ControlTable;
  ledger: LedgerTable;
}

export async function startStoreAlone(run: BenchRun): Promise<StoreAlone> {
  const folder = mkdtempSync(join(tmpdir(), 'keystone-bench-store-'));
  run.undo(() => rmSync(folder, { recursive: true, force: true }));
  const child = new Child('bench/stack/store.process.ts', [folder]);
  run.undo(() => child.signal('SIGTERM'));
  const [endpoint] = await child.says(/http:\/\/127\.0\.0\.1:\d+/, 30_000);
  const client = adminClient(endpoint);
  run.undo(() => client.destroy());
  const keys = { pk: 'gsi1pk', sk: 'gsi1sk' };
  for (const table of ['control', 'ledger'] as const)
    await createTable(client, {
      name: nameOf(table),
      indexes: { [indexOf[table]]: keys },
      ttl: TTL_ATTRIBUTE,
    });
  const { pid } = child.process;
  if (pid === undefined) throw new Error('the store has no process');
  return {
    endpoint,
    pid,
    control: { client, table: CONTROL_TABLE },
    ledger: { client, table: LEDGER_TABLE },
  };
}
