import { buildApp } from 'fauxqs';
import { account, region } from '../../roles/address.ts';
import type { Authorise } from '../../roles/role.ts';
import { createParts, persistIn } from '../fauxqs/fauxqs-parts.ts';
import { addQueueChecks } from './queue-checks.ts';

export type SqsOptions = {
  /** Folder of the data; without it everything is in memory. */
  dataDir?: string;
  /** Without it every caller may do everything. */
  authorise?: Authorise;
  /** 0, the default, takes a free one. A fixed one keeps the addresses of queues the same from run to run. */
  port?: number;
};

export type LocalSqs = {
  endpoint: string;
  queueUrl: (name: string) => string;
  close: () => Promise<void>;
};

/** Starts SQS on loopback. */
export async function startSqs(options: SqsOptions = {}): Promise<LocalSqs> {
  const parts = await createParts();
  const app = buildApp({ logger: false, defaultRegion: region, stores: parts });
  addQueueChecks(app, parts, options.authorise);
  const endpoint = await app.listen({ port: options.port ?? 0, host: '127.0.0.1' });
  const queueAddress = `${endpoint}/${account}/`;
  const closeData =
    options.dataDir === undefined ? undefined : await persistIn(options.dataDir, parts, queueAddress);
  return {
    endpoint,
    queueUrl: (name) => queueAddress + name,
    close: async () => {
      await app.close();
      closeData?.();
    },
  };
}
