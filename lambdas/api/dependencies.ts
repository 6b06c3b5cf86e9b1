import type { Front } from './http/call.ts';
import type { ControlTable, LedgerTable } from '@keystone/shared/store/table/tables.ts';
import type { InvocationLog } from '../runtime/logger.ts';
import type { Meter } from '../runtime/metrics.ts';
import type { OutboxDestination } from '../runtime/send-outbox.ts';
import type { SystemSources } from '../runtime/sources.ts';

/** What every function behind the API stands on. */
export interface BaseDependencies {
  control: ControlTable;
  sources: SystemSources;
  log: InvocationLog;
  meter: Meter;
  /** IANA name; allocations begin and end on its calendar days. */
  zone: string;
  front: Front;
}

export interface ApiDependencies extends BaseDependencies {
  ledger: LedgerTable;
  outbox: OutboxDestination;
}
