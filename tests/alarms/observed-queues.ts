import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
  type Message,
} from '@aws-sdk/client-sqs';
import { startSqs } from '@keystone/local/services/sqs/start-sqs.ts';
import { createQueues } from '@keystone/local/stack/resources/queues.ts';
import { MAX_RECEIVE_COUNT } from '@keystone/cdk/work-queues.ts';
import type { Sample } from './alarm-rule.ts';
import { deployment } from './deployment.ts';

/** The template's queues, and what CloudWatch would be told of them. */
export interface ObservedQueues {
  client: SQSClient;
  urlOf(name: string): string;
  send(name: string, body: string): Promise<void>;
  /** Messages that a person would find in a queue. */
  depth(name: string, at: number): Promise<Sample>;
  /** Age of the oldest message as it would be `later` seconds from now. */
  age(name: string, at: number, later: number): Promise<Sample>;
  /** Hands out a queue's messages until nothing comes back: those that `work` returns as failed do, at once. */
  drain(name: string, work: (messages: Message[]) => Promise<readonly string[]>): Promise<void>;
  close(): Promise<void>;
}

export async function startQueues(): Promise<ObservedQueues> {
  const sqs = await startSqs();
  const client = new SQSClient({
    region: 'eu-west-1',
    endpoint: sqs.endpoint,
    credentials: { accessKeyId: 'LOCALADMIN', secretAccessKey: 'any' },
    useQueueUrlAsEndpoint: false,
  });
  await createQueues(deployment, client);
  const urlOf = sqs.queueUrl;
  const told = (name: string, metric: string, value: number, at: number): Sample => ({
    namespace: 'AWS/SQS',
    metric,
    dimensions: { QueueName: name },
    value,
    at,
  });
  const receive = async (name: string, seen: number): Promise<Message[]> => {
    const { Messages } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: urlOf(name),
        MaxNumberOfMessages: 10,
        VisibilityTimeout: seen,
        MessageSystemAttributeNames: ['SentTimestamp'],
      }),
    );
    return Messages ?? [];
  };
  return {
    client,
    urlOf,
    send: async (name, body) => {
      await client.send(new SendMessageCommand({ QueueUrl: urlOf(name), MessageBody: body }));
    },
    depth: async (name, at) => {
      const { Attributes } = await client.send(
        new GetQueueAttributesCommand({
          QueueUrl: urlOf(name),
          AttributeNames: ['ApproximateNumberOfMessages'],
        }),
      );
      const depth = Number(Attributes?.['ApproximateNumberOfMessages'] ?? 0);
      return told(name, 'ApproximateNumberOfMessagesVisible', depth, at);
    },
    age: async (name, at, later) => {
      const [message] = await receive(name, 0);
      const sent = Number(message?.Attributes?.['SentTimestamp']);
      const age = message ? (Date.now() - sent) / 1000 + later : 0;
      return told(name, 'ApproximateAgeOfOldestMessage', age, at);
    },
    drain: async (name, work) => {
      for (let delivery = 0; delivery <= MAX_RECEIVE_COUNT; delivery++) {
        const messages = await receive(name, 0);
        if (messages.length === 0) return;
        const failed = await work(messages);
        for (const { MessageId, ReceiptHandle } of messages)
          if (!failed.includes(MessageId ?? ''))
            await client.send(new DeleteMessageCommand({ QueueUrl: urlOf(name), ReceiptHandle }));
      }
    },
    close: async () => {
      client.destroy();
      await sqs.close();
    },
  };
}
