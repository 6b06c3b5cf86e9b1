import type { UsageRecord } from '../../contracts/usage.ts';
import type { Revision } from '../../domain/charges.ts';
import { chargeOf, type Charge } from '../ledger/ledger-records.ts';

/** A run of an hour on four billing units that ended at noon, 24 November 2026, Berlin time, unless told otherwise. */
export function usageRecord(overrides: Partial<UsageRecord> = {}): UsageRecord {
  const end = overrides.end ?? Date.UTC(2026, 10, 24, 11) / 1000;
  const start = overrides.start === undefined ? end - 3600 : overrides.start;
  return {
    jobIdRaw: 1,
    jobId: String(overrides.jobIdRaw ?? 1),
    submit: (start ?? end) - 60,
    eligible: null,
    start,
    end,
    elapsed: start === null ? 0 : end - start,
    suspended: 0,
    timeLimit: 7200,
    state: 'COMPLETED',
    exitCode: '0:0',
    user: 'alice',
    account: 'chem',
    partition: 'batch',
    qos: 'normal',
    allocTres: 'billing=4,cpu=4,mem=8G,node=1',
    nodes: 1,
    nodeList: 'n1',
    totalCpu: '03:59:00',
    ...overrides,
  };
}

export const ZONE = 'Europe/Berlin';

export function charge(
  overrides: Partial<UsageRecord> = {},
  revision: Revision = { epoch: 1, segment: 1 },
  cluster = 3,
): Charge {
  return chargeOf(cluster, usageRecord(overrides), revision, ZONE);
}
