import type { Scheduler } from '@keystone/agent/schedulers/scheduler.ts';
import type { Disk } from '@keystone/agent/state/disk.ts';
import type { Transport } from '@keystone/agent/transport/transport.ts';
import type { UsageStore } from '@keystone/lambdas/workers/store-usage.ts';
import type { BatchHandler } from '../cloud/function-pool.ts';
import type { Life } from '../core/life.ts';
import type { Send } from '../store/sdk-clients.ts';

/**
 * A bug that is put into the world by taking the place of something that the product stands on. The product's own code has
 * no trace of it.
 */
export interface Plant {
  readonly name: string;
  /** What the product would have to do wrong to behave so. */
  readonly bug: string;
  /** Between a function and the tables. */
  readonly store?: (send: Send, of: string, life: Life) => Send;
  /** Between a function and the queues that it sends to. */
  readonly queue?: (send: Send, of: string, life: Life) => Send;
  /** Around a function's handler. */
  readonly handler?: (of: string, handler: BatchHandler) => BatchHandler;
  /** In the place of the ledger's work. */
  readonly ledgerWork?: (store: UsageStore) => BatchHandler;
  readonly disk?: (disk: Disk) => Disk;
  /** @param memory what outlasts a process, by machine */
  readonly scheduler?: (scheduler: Scheduler, memory: Map<string, unknown>) => Scheduler;
  readonly transport?: (transport: Transport) => Transport;
}

export const noPlant: Plant = { name: 'none', bug: 'the product as it is' };
