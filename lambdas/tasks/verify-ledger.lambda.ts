import { environments } from '@keystone/shared/contracts/environment.ts';
import { meterReads } from '@keystone/shared/store/ledger/checks/metered-reads.ts';
import { controlTable, ledgerTable } from '../runtime/clients.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { logFor } from '../runtime/logger.ts';
import { meterFor } from '../runtime/metrics.ts';
import { systemSources } from '../runtime/sources.ts';
import { SLICE_UNITS, verifyLedger, type VerifiedSlice } from './verify-ledger.ts';

const env = readEnvironment(environments['verify-ledger']);
const [control, ledger] = [controlTable(env), ledgerTable(env)];
const meter = meterFor('verify-ledger', env.KEYSTONE_STAGE);
const task = {
  control,
  ledger,
  zone: env.KEYSTONE_ZONE,
  sources: systemSources,
  reads: meterReads(ledger.client, { ...systemSources, mostUnits: SLICE_UNITS }),
  log: logFor('verify-ledger', env.KEYSTONE_STAGE),
  meter,
};

export async function handler(): Promise<VerifiedSlice> {
  try {
    return await verifyLedger(task);
  } finally {
    meter.flush();
  }
}
