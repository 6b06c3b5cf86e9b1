import { CreateQueueCommand, type SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import type { Deployment } from '../../template/deployment.ts';

const queueSchema = z.object({
  QueueName: z.string(),
  VisibilityTimeout: z.int().default(30),
  MessageRetentionPeriod: z.int().default(345_600),
  RedrivePolicy: z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.int() }).optional(),
});

/** Makes the template's queues, dead-letter queues first; one that exists is left as it is. */
export async function createQueues(deployment: Deployment, client: SQSClient): Promise<void> {
  const queues = deployment.ofType('AWS::SQS::Queue', queueSchema).map(({ parsed }) => parsed);
  const inOrder = [
    ...queues.filter(({ RedrivePolicy }) => !RedrivePolicy),
    ...queues.filter(({ RedrivePolicy }) => RedrivePolicy),
  ];
  for (const { QueueName, VisibilityTimeout, MessageRetentionPeriod, RedrivePolicy } of inOrder) {
    const Attributes = {
      VisibilityTimeout: String(VisibilityTimeout),
      MessageRetentionPeriod: String(MessageRetentionPeriod),
      ...(RedrivePolicy && { RedrivePolicy: JSON.stringify(RedrivePolicy) }),
    };
    await client.send(new CreateQueueCommand({ QueueName, Attributes }));
  }
}
