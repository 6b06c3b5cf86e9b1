import { startMemoryDynamoDb } from '@keystone/local/services/dynamodb/test-store.ts';
import { ACCOUNT_DAY_INDEX, KIND_INDEX, TTL_ATTRIBUTE } from '../table/tables.ts';
import type { ControlTable, LedgerTable } from '../table/tables.ts';

export interface MemoryTables {
  control: ControlTable;
  ledger: LedgerTable;
  /** Share of the items of transactions that meet a conflict from now on. */
  conflictRate: number;
  /** How long each write from now on takes to show in an index. */
  indexDelayMs: number;
  close(): Promise<void>;
}

/** Both tables on a DynamoDB in memory, with indexes as in production. */
export async function startMemoryTables(random: () => number = Math.random): Promise<MemoryTables> {
  const settings = { conflictRate: 0, indexDelayMs: 0 };
  const dynamodb = await startMemoryDynamoDb({
    conflictRate: () => settings.conflictRate,
    indexDelayMs: () => settings.indexDelayMs,
    random,
  });
  const index = { pk: 'gsi1pk', sk: 'gsi1sk' };
  await dynamodb.createTables([
    { name: 'control', indexes: { [KIND_INDEX]: index }, ttl: TTL_ATTRIBUTE },
    { name: 'ledger', indexes: { [ACCOUNT_DAY_INDEX]: index }, ttl: TTL_ATTRIBUTE },
  ]);
  return {
    control: { client: dynamodb.client, table: 'control' },
    ledger: { client: dynamodb.client, table: 'ledger' },
    get conflictRate() {
      return settings.conflictRate;
    },
    set conflictRate(rate) {
      settings.conflictRate = rate;
    },
    get indexDelayMs() {
      return settings.indexDelayMs;
    },
    set indexDelayMs(delay) {
      settings.indexDelayMs = delay;
    },
    close: () => dynamodb.close(),
  };
}
