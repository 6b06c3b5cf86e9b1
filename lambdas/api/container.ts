import type { Environment, FunctionName } from '@keystone/shared/contracts/environment.ts';
import { controlTable, ledgerTable, sqsClient } from '../runtime/clients.ts';
import { logFor } from '../runtime/logger.ts';
import { meterFor } from '../runtime/metrics.ts';
import { systemSources } from '../runtime/sources.ts';
import type { ApiDependencies, BaseDependencies } from './dependencies.ts';

/** What every function behind the API stands on, from its environment. */
export function baseDependencies(
  name: FunctionName,
  env: {
    KEYSTONE_STAGE: string;
    KEYSTONE_ZONE: string;
    CONTROL_TABLE: string;
    KEYSTONE_ORIGIN: string;
    EDGE_KEY: string;
  },
): BaseDependencies {
  return {
    control: controlTable(env),
    sources: systemSources,
    log: logFor(name, env.KEYSTONE_STAGE),
    meter: meterFor(name, env.KEYSTONE_STAGE),
    zone: env.KEYSTONE_ZONE,
    front: { origin: env.KEYSTONE_ORIGIN, edgeKey: env.EDGE_KEY },
  };
}

export function apiDependencies(env: Environment<'api'>): ApiDependencies {
  const base = baseDependencies('api', env);
  return {
    ...base,
    ledger: ledgerTable(env),
    outbox: { sqs: sqsClient(), policyQueueUrl: env.POLICY_QUEUE_URL, table: base.control },
  };
}
