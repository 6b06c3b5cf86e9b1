import { S3Error } from './s3-error.ts';

export type Right = { action: string; resource: string };

/** A request to a bucket or an object in it; `key` is empty for the bucket itself. */
export type BucketRequest = {
  method: string;
  bucket: string;
  key: string;
  query: URLSearchParams;
  /** `x-amz-copy-source`, decoded, without a leading slash. */
  copySource: string | undefined;
  body: Buffer;
};

/** Parts of a bucket or object that S3 has and fauxqs would answer with something else. */
const absent =
  /^(accelerate|acl|analytics|cors|encryption|intelligent-tiering|inventory|legal-hold|location|logging|metrics|notification|object-lock|ownershipControls|policy|policyStatus|publicAccessBlock|replication|requestPayment|restore|retention|select|tagging|torrent|versionId|versioning|versions|website)$/;

const bucketActions: Record<string, string> = {
  GET: 's3:ListBucket',
  HEAD: 's3:ListBucket',
  PUT: 's3:CreateBucket',
  DELETE: 's3:DeleteBucket',
};
const objectActions: Record<string, string> = {
  GET: 's3:GetObject',
  HEAD: 's3:GetObject',
  PUT: 's3:PutObject',
  POST: 's3:PutObject',
  DELETE: 's3:DeleteObject',
};

/** The rights that a request needs, as IAM counts them. An upload by POST needs that of its form's key, not this. */
export function bucketRights(request: BucketRequest): Right[] {
  const { method, bucket, key, query, copySource } = request;
  const unknown = [...query.keys()].find((name) => absent.test(name));
  if (unknown !== undefined)
    throw new S3Error('NotImplemented', `?${unknown} is not served by the local stack`);
  if (bucket === '' && method === 'GET') return [{ action: 's3:ListAllMyBuckets', resource: '*' }];
  if (bucket === '') throw new S3Error('NotImplemented', 'Only S3 is served here');
  if (key === '') return bucketLevel(request);
  const action =
    method === 'DELETE' && query.has('uploadId') ? 's3:AbortMultipartUpload' : objectActions[method];
  if (action === undefined) throw new S3Error('NotImplemented', `${method} of an object is not served`);
  const rights = [{ action, resource: objectArn(bucket, key) }];
  if (query.has('attributes'))
    rights.push({ action: 's3:GetObjectAttributes', resource: objectArn(bucket, key) });
  if (copySource !== undefined)
    rights.push({ action: 's3:GetObject', resource: `arn:aws:s3:::${copySource}` });
  return rights;
}

function bucketLevel({ method, bucket, query, body }: BucketRequest): Right[] {
  const resource = `arn:aws:s3:::${bucket}`;
  if (query.has('lifecycle'))
    return [
      {
        action: method === 'GET' ? 's3:GetLifecycleConfiguration' : 's3:PutLifecycleConfiguration',
        resource,
      },
    ];
  if (method === 'POST' && query.has('delete')) return keysIn(body).map((key) => deletion(bucket, key));
  const action = bucketActions[method];
  if (action === undefined) throw new S3Error('NotImplemented', `${method} of a bucket is not served`);
  return [{ action, resource }];
}

export const objectArn = (bucket: string, key: string) => `arn:aws:s3:::${bucket}/${key}`;
const deletion = (bucket: string, key: string): Right => ({
  action: 's3:DeleteObject',
  resource: objectArn(bucket, key),
});

/** Keys of a DeleteObjects request. */
function keysIn(body: Buffer): string[] {
  const entities: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
  return [...body.toString('utf8').matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = '']) =>
    key.replace(/&(lt|gt|amp|quot|apos);/g, (all, name: string) => entities[name] ?? all),
  );
}
