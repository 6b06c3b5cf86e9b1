import {
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  type Message,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import * as z from 'zod';
import type { Deployment } from '../../template/deployment.ts';

/** A queue that a function reads. */
export interface EventSource {
  queueArn: string;
  queueUrl: string;
  functionArn: string;
  batchSize: number;
  partialFailures: boolean;
}

const mappingSchema = z.object({
  EventSourceArn: z.string().regex(/:sqs:/),
  FunctionName: z.string(),
  BatchSize: z.int().max(10).default(10),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
  MaximumBatchingWindowInSeconds: z.literal(0).optional(),
});

export function readEventSources(deployment: Deployment): EventSource[] {
  const queues = deployment.resources.filter(({ type }) => type === 'AWS::SQS::Queue');
  return deployment.ofType('AWS::Lambda::EventSourceMapping', mappingSchema).map(({ logicalId, parsed }) => {
    const queue = queues.find(({ get }) => get['Arn'] === parsed.EventSourceArn);
    if (!queue)
      throw new Error(
        `event source ${logicalId} reads ${parsed.EventSourceArn}, which the template does not make`,
      );
    const functionArn = deployment.resources.find(
      ({ type, ref, get }) =>
        type === 'AWS::Lambda::Function' && [ref, get['Arn']].includes(parsed.FunctionName),
    )?.get['Arn'];
    return {
      queueArn: parsed.EventSourceArn,
      queueUrl: queue.ref,
      functionArn: functionArn ?? parsed.FunctionName,
      batchSize: parsed.BatchSize,
      partialFailures: parsed.FunctionResponseTypes.length > 0,
    };
  });
}

const failuresSchema = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })) });

export interface PollerOptions {
  source: EventSource;
  /** Calls under the function's own role, which must allow it to read the queue. */
  client: SQSClient;
  invoke: (event: unknown) => Promise<unknown>;
  log: (line: string) => void;
}

/**
 * Hands a queue's messages to its function as Lambda's event source mapping does: what succeeded is deleted, what failed
 * shows again after the queue's visibility timeout.
 *
 * @returns ends the polling after the batch at hand
 */
export function startPoller({ source, client, invoke, log }: PollerOptions): () => Promise<void> {
  const stop = new AbortController();
  const running = poll();
  return async () => {
    stop.abort();
    await running;
  };

  async function poll(): Promise<void> {
    while (!stop.signal.aborted) {
      try {
        const messages = await receive();
        if (messages.length > 0) await handle(messages);
      } catch (error) {
        if (stop.signal.aborted) return;
        log(`event source ${source.queueArn}: ${String(error)}`);
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    }
  }

  async function receive(): Promise<Message[]> {
    const command = new ReceiveMessageCommand({
      QueueUrl: source.queueUrl,
      MaxNumberOfMessages: source.batchSize,
      WaitTimeSeconds: 20,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    });
    const { Messages } = await client.send(command, { abortSignal: stop.signal });
    return Messages ?? [];
  }

  async function handle(messages: Message[]): Promise<void> {
    const result = await invoke({ Records: messages.map((message) => toRecord(message, source)) });
    const failed = source.partialFailures ? failedIds(result) : new Set<string>();
    const done = messages.filter(({ MessageId }) => !failed.has(MessageId ?? ''));
    if (done.length === 0) return;
    const Entries = done.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    await client.send(new DeleteMessageBatchCommand({ QueueUrl: source.queueUrl, Entries }));
  }
}

function failedIds(result: unknown): Set<string> {
  const parsed = failuresSchema.safeParse(result);
  return new Set(
    parsed.success ? parsed.data.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier) : [],
  );
}

function toRecord(message: Message, source: EventSource): Record<string, unknown> {
  return {
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body ?? '',
    attributes: message.Attributes ?? {},
    messageAttributes: message.MessageAttributes ?? {},
    md5OfBody: message.MD5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: source.queueArn,
    awsRegion: 'eu-west-1',
  };
}
