import type { Stack } from 'aws-cdk-lib';
import type { Environment, FunctionName } from '@keystone/shared/contracts/environment.ts';
import { namesOf } from './names.ts';
import type { Stage } from './stages.ts';

export type Environments = { [F in FunctionName]: Environment<F> };

interface Addresses {
  /** The site's public origin, or empty. */
  origin: string;
  /** What the distribution shows to be believed, or empty. */
  edgeKey: string;
  /** PEM of the broker's authority, or empty. */
  brokerCa: string;
  /** The shared cache, where the stage has one. */
  cache?: string;
}

/** What each function is told, by the contract of shared/contracts/environment.ts. */
export const environmentsOf = (stack: Stack, stage: Stage, addresses: Addresses): Environments => {
  const names = namesOf(stage.name);
  const base = {
    KEYSTONE_STAGE: stage.name,
    KEYSTONE_ZONE: stage.zone,
    CONTROL_TABLE: names.table('control'),
  };
  const outbox = {
    POLICY_QUEUE_URL: `https://sqs.${stack.region}.${stack.urlSuffix}/${stack.account}/${names.queue('policy')}`,
  };
  const ledger = { LEDGER_TABLE: names.table('ledger') };
  const origin = { KEYSTONE_ORIGIN: addresses.origin, EDGE_KEY: addresses.edgeKey };
  const cache = addresses.cache === undefined ? {} : { CACHE_URL: addresses.cache };
  return {
    api: { ...base, ...outbox, ...ledger, ...origin, ...cache },
    'sign-in': { ...base, ...origin },
    enrol: { ...base, ...outbox, ...origin, IOT_POLICY_NAME: names.agentPolicy, IOT_CA: addresses.brokerCa },
    'policy-builder': { ...base, ...ledger },
    ledger: { ...base, ...ledger },
    'agent-state': { ...base, ...outbox },
    'outbox-sweep': { ...base, ...outbox },
    'grant-turn': { ...base, ...outbox, ...ledger },
    'verify-ledger': { ...base, ...ledger },
    'watch-agents': base,
    'first-admin': base,
  };
};
