import { IoTClient } from '@aws-sdk/client-iot';
import type { Environment } from '@keystone/shared/contracts/environment.ts';
import { clientDefaults, sqsClient } from '../../runtime/clients.ts';
import { baseDependencies } from '../container.ts';
import { iotRegistry } from './device-registry.ts';
import type { EnrolDependencies } from './enrol-agent.ts';

/** What enrolment stands on, from its environment. */
export function enrolDependencies(env: Environment<'enrol'>): EnrolDependencies {
  const base = baseDependencies('enrol', env);
  return {
    ...base,
    stage: env.KEYSTONE_STAGE,
    outbox: { sqs: sqsClient(), policyQueueUrl: env.POLICY_QUEUE_URL, table: base.control },
    registry: iotRegistry(new IoTClient(clientDefaults()), env.IOT_POLICY_NAME),
    brokerCa: env.IOT_CA,
  };
}
