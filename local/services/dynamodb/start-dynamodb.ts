import type { Authorise } from '../../roles/role.ts';
import { closeServer, listenOnLoopback } from '../loopback-server.ts';
import type { Engine } from './engine.ts';
import { createFront } from './front.ts';
import type { ConsumedCapacity } from './operations/capacity.ts';
import { sweepExpired } from './operations/sweep.ts';
import { trackAll } from './operations/table-settings.ts';
import { Expiry } from './storage/expiry.ts';
import { IndexLag } from './storage/index-lag.ts';
import { KeyLocks } from './storage/key-locks.ts';
import { RequestTokens } from './storage/request-tokens.ts';
import { openStore } from './storage/store.ts';

export type DynamoDbOptions = {
  /** Folder of the data; without it everything is in memory. Only one process can have it open. */
  path?: string;
  /** 0, the default, takes a free one. */
  port?: number;
  /** Without it every caller may do everything. */
  authorise?: Authorise;
  /** How long a write takes to show in an index, asked for each index entry; 0 by default. */
  indexDelayMs?: () => number;
  /** Share of the items of transactions that meet a `TransactionConflict`, 0 to 1; 0 by default. */
  conflictRate?: () => number;
  /** A number in [0, 1) for each item of a transaction; decides on conflicts. */
  random?: () => number;
  /** Milliseconds since 1970; decides on expiry and on delays. */
  clock?: () => number;
  /** How often expired items are deleted; 60 s by default. */
  sweepMs?: number;
  /** Hears what each transaction consumed; of a cancelled one DynamoDB itself tells nobody, and bills it. */
  onTransaction?: (capacity: ConsumedCapacity[], outcome: 'done' | 'cancelled') => void;
};

export type LocalDynamoDb = {
  endpoint: string;
  /** Deletes now what has expired, and says how many items it was. */
  sweep: () => Promise<number>;
  close: () => Promise<void>;
};

/** Starts the local DynamoDB on loopback. */
export async function startDynamoDb(options: DynamoDbOptions = {}): Promise<LocalDynamoDb> {
  const engine = await createEngine(options);
  const server = createFront(engine, options.authorise);
  const endpoint = await listenOnLoopback(server, options.port);
  const sweep = () => sweepExpired(engine);
  const sweeper = setInterval(() => {
    sweep().catch((error: unknown) => {
      console.error('DynamoDB: expired items could not be deleted:', error);
    });
  }, options.sweepMs ?? 60_000);
  sweeper.unref();
  return {
    endpoint,
    sweep,
    close: async () => {
      clearInterval(sweeper);
      await closeServer(server);
      await engine.store.lifecycleManager.gracefulClose();
    },
  };
}

async function createEngine(options: DynamoDbOptions): Promise<Engine> {
  const { clock = Date.now, random = Math.random, conflictRate = () => 0, indexDelayMs = () => 0 } = options;
  const store = await openStore(options.path);
  const engine: Engine = {
    store,
    locks: new KeyLocks(),
    lag: await IndexLag.open(store, clock, indexDelayMs),
    expiry: new Expiry(store),
    tokens: await RequestTokens.open(store, clock),
    clock,
    conflicts: () => random() < conflictRate(),
    ...(options.onTransaction && { onTransaction: options.onTransaction }),
  };
  await trackAll(engine);
  return engine;
}
