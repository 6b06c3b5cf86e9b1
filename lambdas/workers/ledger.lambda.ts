import { IoTDataPlaneClient } from '@aws-sdk/client-iot-data-plane';
import { environments } from '@keystone/shared/contracts/environment.ts';
import { clientDefaults, controlTable, ledgerTable } from '../runtime/clients.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { logFor } from '../runtime/logger.ts';
import { systemSources } from '../runtime/sources.ts';
import { meterFor } from '../runtime/metrics.ts';
import { sqsHandler } from './sqs-batch.ts';
import { storeUsage, type UsageStore } from './store-usage.ts';

const env = readEnvironment(environments.ledger);
const store: UsageStore = {
  control: controlTable(env),
  ledger: ledgerTable(env),
  sources: systemSources,
  broker: { iot: new IoTDataPlaneClient(clientDefaults()), stage: env.KEYSTONE_STAGE },
  zone: env.KEYSTONE_ZONE,
  log: logFor('ledger', env.KEYSTONE_STAGE),
  meter: meterFor('ledger', env.KEYSTONE_STAGE),
};

export const handler = sqsHandler(store.meter, (messages) => storeUsage(store, messages));
