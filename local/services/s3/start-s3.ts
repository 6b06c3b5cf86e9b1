import { buildApp } from 'fauxqs';
import { account, region } from '../../roles/address.ts';
import type { Authorise } from '../../roles/role.ts';
import { createParts, persistIn } from '../fauxqs/fauxqs-parts.ts';
import { addBucketChecks } from './bucket-checks.ts';
import type { CorsRule } from './cross-origin.ts';
import { localSignatures } from './signature-check.ts';

export type S3Options = {
  /** Folder of the data; without it everything is in memory. */
  dataDir?: string;
  /** Without it every caller whose signature is right may do everything. */
  authorise?: Authorise;
  /** 0, the default, takes a free one. */
  port?: number;
  /** CORS rules by bucket. */
  cors?: ReadonlyMap<string, readonly CorsRule[]>;
  /** Milliseconds since 1970; decides whether signatures are in time. */
  clock?: () => number;
};

export type LocalS3 = { endpoint: string; close: () => Promise<void> };

/** Starts S3 on loopback. Objects are at most 11 MB in one request; larger ones go up in parts. */
export async function startS3(options: S3Options = {}): Promise<LocalS3> {
  const parts = await createParts();
  const app = buildApp({ logger: false, defaultRegion: region, stores: parts });
  addBucketChecks(app, {
    store: parts.s3Store,
    signatures: localSignatures(options.clock ?? Date.now),
    authorise: options.authorise,
    cors: options.cors ?? new Map(),
  });
  const endpoint = await app.listen({ port: options.port ?? 0, host: '127.0.0.1' });
  const closeData =
    options.dataDir === undefined
      ? undefined
      : await persistIn(options.dataDir, parts, `${endpoint}/${account}/`);
  return {
    endpoint,
    close: async () => {
      await app.close();
      closeData?.();
    },
  };
}
