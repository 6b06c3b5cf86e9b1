import type { FunctionName } from '@keystone/shared/contracts/environment.ts';
import type { WorkQueue } from './names.ts';

/**
 * Who reads which queue. No maximum concurrency: it would keep an idle queue at full polling. No batching window: a
 * policy should leave at once.
 */
export const readers: Record<WorkQueue, { function: FunctionName; batchSize: number }> = {
  policy: { function: 'policy-builder', batchSize: 10 },
  usage: { function: 'ledger', batchSize: 10 },
  'agent-state': { function: 'agent-state', batchSize: 10 },
};

/** Deliveries before a message goes to the dead-letter queue. */
export const MAX_RECEIVE_COUNT = 5;
