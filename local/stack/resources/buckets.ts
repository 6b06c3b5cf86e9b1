import { CreateBucketCommand, HeadBucketCommand, NotFound, type S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import type { Deployment } from '../../template/deployment.ts';

/** Makes the template's buckets that do not exist yet. What they hold is left as it is. */
export async function createBuckets(deployment: Deployment, client: S3Client): Promise<void> {
  for (const { ref: Bucket } of deployment.ofType('AWS::S3::Bucket', z.unknown())) {
    try {
      await client.send(new HeadBucketCommand({ Bucket }));
    } catch (error) {
      if (!(error instanceof NotFound)) throw error;
      await client.send(new CreateBucketCommand({ Bucket }));
    }
  }
}
