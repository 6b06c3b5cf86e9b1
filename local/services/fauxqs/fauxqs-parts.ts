import { DatabaseSync } from 'node:sqlite';
import type { buildApp } from 'fauxqs';

type Stores = NonNullable<NonNullable<Parameters<typeof buildApp>[0]>['stores']>;
export type QueueStore = Stores['sqsStore'];
export type BucketStore = Stores['s3Store'];
export type Queue = NonNullable<ReturnType<QueueStore['getQueue']>>;
export type Message = Queue['messages'][number];
type Persistence = NonNullable<QueueStore['persistence']>;

/**
 * fauxqs exports only a server that listens on every address of the machine. Its parts, from which we build one that
 * listens on loopback, are reached by file; its version is pinned for that.
 */
async function load<C>(file: string, name: string): Promise<C> {
  const module: unknown = await import(new URL(file, import.meta.resolve('fauxqs')).href);
  const found: unknown =
    typeof module === 'object' && module !== null ? Reflect.get(module, name) : undefined;
  if (!isConstructor<C>(found))
    throw new Error(`fauxqs has no ${name} in dist/${file}; this needs fauxqs 2.4.1`);
  return found;
}

/** Only that it is a class can be seen; what it makes is what the pinned version makes. */
function isConstructor<C>(found: unknown): found is C {
  return typeof found === 'function';
}

export type Parts = Stores & {
  /** Makes a message that can be put into a queue. */
  createMessage: (
    body: string,
    attributes?: Message['messageAttributes'],
    delay?: number,
    group?: string,
    deduplication?: string,
  ) => Message;
};

/** Empty stores for queues, topics (unused) and buckets. */
export async function createParts(): Promise<Parts> {
  const [Queues, Topics, Buckets] = await Promise.all([
    load<{ new (): QueueStore; createMessage: Parts['createMessage'] }>('sqs/sqsStore.js', 'SqsStore'),
    load<new () => Stores['snsStore']>('sns/snsStore.js', 'SnsStore'),
    load<new () => BucketStore>('s3/s3Store.js', 'S3Store'),
  ]);
  const sqsStore = new Queues();
  // Addresses of queues are then made of the host that was asked, which needs no name service.
  sqsStore.host = '';
  return { sqsStore, snsStore: new Topics(), s3Store: new Buckets(), createMessage: Queues.createMessage };
}

/**
 * Loads what a folder holds into the stores, and keeps it up from then on.
 *
 * @param queueAddress what the addresses of queues begin with; the port may have changed since the last run
 * @returns how to close the folder
 */
export async function persistIn(folder: string, parts: Parts, queueAddress: string): Promise<() => void> {
  const Manager = await load<new (dataDir: string) => Persistence>('persistence.js', 'PersistenceManager');
  const persistence = new Manager(folder);
  const database: unknown = Reflect.get(persistence, 'db');
  if (!(database instanceof DatabaseSync))
    throw new Error('fauxqs keeps no SQLite database; this needs fauxqs 2.4.1');
  // A killed process loses nothing with it; only a machine that loses power may, and its last transactions alone.
  database.exec('PRAGMA synchronous = NORMAL');
  database.prepare('UPDATE sqs_queues SET url = ? || name').run(queueAddress);
  const makeReady = database.prepare(
    'UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE message_id = ?',
  );
  // Its own writes NULL into a column that may not be, so that a visibility timeout of 0 would answer 500.
  persistence.updateMessageReady = (id) => void makeReady.run(id);
  persistence.load(parts.sqsStore, parts.snsStore, parts.s3Store);
  parts.sqsStore.persistence = persistence;
  parts.s3Store.persistence = persistence;
  for (const queue of parts.sqsStore.allQueues()) queue.persistence = persistence;
  return () => {
    persistence.close();
  };
}
