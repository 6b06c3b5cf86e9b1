import type { FunctionName } from '@keystone/shared/contracts/environment.ts';
import { ruleNamesOf, thingOf } from '@keystone/shared/contracts/agent.ts';

/** Queues that a worker reads; each has a dead-letter queue. */
export const workQueues = ['policy', 'usage', 'agent-state'] as const;
export type WorkQueue = (typeof workQueues)[number];

/** Queues that only people read: what could not be done by itself. */
export const lastQueues = ['iot-failures', 'task-failures'] as const;
export type LastQueue = (typeof lastQueues)[number];

export type TableName = 'control' | 'ledger';

/** The global index of each table. */
export const indexOf = { control: 'kind', ledger: 'account-day' } as const;

/**
 * Physical names. Stacks meet by these and not by CloudFormation exports, which would forbid changing a stack that
 * another one reads from. A test checks that every name which is used is also made.
 */
export const namesOf = (stage: string) => ({
  stack: (name: string) => `keystone-${stage}-${name}`,
  table: (name: TableName) => `keystone-${stage}-${name}`,
  queue: (name: WorkQueue | LastQueue) => `keystone-${stage}-${name}`,
  deadLetters: (name: WorkQueue) => `keystone-${stage}-${name}-dead-letters`,
  function: (name: FunctionName) => `keystone-${stage}-${name}`,
  alarm: (name: string) => `keystone-${stage}-${name}`,
  agentPolicy: `keystone-${stage}-agent`,
  rules: ruleNamesOf(stage),
  /** Matches every thing of this stage (shared/contracts/agent.ts thingOf). */
  anyThing: thingOf(stage, 0).replace(/0$/, '*'),
});
