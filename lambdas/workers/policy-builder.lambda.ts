import { IoTDataPlaneClient } from '@aws-sdk/client-iot-data-plane';
import { environments } from '@keystone/shared/contracts/environment.ts';
import { clientDefaults, controlTable, ledgerTable } from '../runtime/clients.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { logFor } from '../runtime/logger.ts';
import { systemSources } from '../runtime/sources.ts';
import { bringPolicies, type PolicyWork } from './bring-policies.ts';
import { meterFor } from '../runtime/metrics.ts';
import { sqsHandler } from './sqs-batch.ts';

const env = readEnvironment(environments['policy-builder']);
const work: PolicyWork = {
  control: controlTable(env),
  ledger: ledgerTable(env),
  sources: systemSources,
  broker: { iot: new IoTDataPlaneClient(clientDefaults()), stage: env.KEYSTONE_STAGE },
  zone: env.KEYSTONE_ZONE,
  log: logFor('policy-builder', env.KEYSTONE_STAGE),
  meter: meterFor('policy-builder', env.KEYSTONE_STAGE),
};

export const handler = sqsHandler(work.meter, (messages) => bringPolicies(work, messages));
