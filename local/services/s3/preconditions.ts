import type { IncomingHttpHeaders } from 'node:http';
import type { BucketStore } from '../fauxqs/fauxqs-parts.ts';
import { S3Error } from './s3-error.ts';

/**
 * Checks `If-None-Match` and `If-Match` of a write, which fauxqs does not look at. It must run in the same turn as the
 * write, or two writers could both find nothing there.
 */
export function checkPreconditions(
  store: BucketStore,
  bucket: string,
  key: string,
  headers: IncomingHttpHeaders,
): void {
  const ifNoneMatch = headers['if-none-match'];
  const ifMatch = headers['if-match'];
  if (ifNoneMatch === undefined && ifMatch === undefined) return;
  const etag = etagOf(store, bucket, key);
  if (ifNoneMatch !== undefined && ifNoneMatch !== '*')
    throw new S3Error('NotImplemented', 'If-None-Match of a write supports only *');
  if (ifNoneMatch === '*' && etag !== undefined) throw failed('If-None-Match');
  if (ifMatch === undefined) return;
  if (etag === undefined) throw new S3Error('NoSuchKey', 'The specified key does not exist.');
  if (ifMatch.replaceAll('"', '') !== etag.replaceAll('"', '')) throw failed('If-Match');
}

const failed = (name: string) =>
  new S3Error('PreconditionFailed', `At least one of the pre-conditions you specified did not hold: ${name}`);

function etagOf(store: BucketStore, bucket: string, key: string): string | undefined {
  try {
    return store.headObject(bucket, key).etag;
  } catch {
    // No such object, or no such bucket: the write itself says so.
    return undefined;
  }
}
