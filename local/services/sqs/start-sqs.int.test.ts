import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  ListMessageMoveTasksCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { arn, region } from '../../roles/address.ts';
import { secretFor } from '../../roles/credentials.ts';
import { createRoleCheck } from '../../roles/role-check.ts';
import { adminAccessKeyId } from '../../roles/role.ts';
import { startSqs } from './start-sqs.ts';
import type { LocalSqs, SqsOptions } from './start-sqs.ts';

let sqs: LocalSqs;
let client: SQSClient;
let folder: string;

const clientFor = (accessKeyId: string) =>
  new SQSClient({
    endpoint: sqs.endpoint,
    region,
    credentials: { accessKeyId, secretAccessKey: secretFor(accessKeyId) },
    maxAttempts: 1,
  });
async function start(options: SqsOptions = {}): Promise<void> {
  sqs = await startSqs({ dataDir: folder, ...options });
  client = clientFor(adminAccessKeyId);
}
async function stop(): Promise<void> {
  client.destroy();
  await sqs.close();
}
async function createQueue(name: string, Attributes: Record<string, string> = {}): Promise<string> {
  const created = await client.send(new CreateQueueCommand({ QueueName: name, Attributes }));
  return created.QueueUrl ?? '';
}
const send = (QueueUrl: string, MessageBody: string) =>
  client.send(new SendMessageCommand({ QueueUrl, MessageBody }));
const receive = async (QueueUrl: string, WaitTimeSeconds = 0, from = client) => {
  const request = {
    QueueUrl,
    WaitTimeSeconds,
    MaxNumberOfMessages: 10,
    MessageSystemAttributeNames: ['All' as const],
  };
  return (await from.send(new ReceiveMessageCommand(request))).Messages ?? [];
};
const hide = (QueueUrl: string, ReceiptHandle: string | undefined, VisibilityTimeout: number) =>
  client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keystone-sqs-'));
});
afterEach(async () => {
  await stop();
  await rm(folder, { recursive: true });
});

describe('queues', () => {
  it('listens on loopback, under an address that needs no name service', async () => {
    await start();
    expect(await createQueue('policy')).toBe(sqs.queueUrl('policy'));
    expect(sqs.queueUrl('policy')).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/000000000000\/policy$/);
  });

  it('wakes a long poll with the message that was sent', async () => {
    await start();
    const url = await createQueue('policy');
    const waiting = receive(url, 20);
    await send(url, 'hello');
    expect((await waiting).map(({ Body }) => Body)).toEqual(['hello']);
  });

  it('shows a message again at once when its visibility is set to 0, and counts the receipts', async () => {
    await start();
    const url = await createQueue('policy');
    await send(url, 'again');
    const [first] = await receive(url);
    expect(await receive(url)).toEqual([]);
    await hide(url, first?.ReceiptHandle, 0);
    const [second] = await receive(url);
    expect(second?.Attributes?.ApproximateReceiveCount).toBe('2');
  });

  it('keeps messages, hidden ones too, and gives queues their new address after a restart', async () => {
    await start();
    const url = await createQueue('policy');
    await client.send(
      new SendMessageBatchCommand({
        QueueUrl: url,
        Entries: ['a', 'b'].map((MessageBody) => ({ Id: MessageBody, MessageBody })),
      }),
    );
    const [hidden] = await receive(url);
    await hide(url, hidden?.ReceiptHandle, 3_600);
    await stop();
    await start();
    expect(await createQueue('policy')).toBe(sqs.queueUrl('policy'));
    const left = await receive(sqs.queueUrl('policy'));
    expect(left).toEqual([]);
    await hide(sqs.queueUrl('policy'), hidden?.ReceiptHandle, 0);
    expect((await receive(sqs.queueUrl('policy'))).map(({ Body }) => Body)).toEqual([hidden?.Body]);
  });
});

describe('dead letters', () => {
  const maxReceiveCount = 1;
  async function failOnce(bodies: string[]): Promise<{ url: string; dead: string }> {
    const dead = await createQueue('policy-dead');
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arn('sqs', 'policy-dead'), maxReceiveCount });
    const url = await createQueue('policy', { RedrivePolicy });
    for (const body of bodies) await send(url, body);
    for (const { ReceiptHandle } of await receive(url)) await hide(url, ReceiptHandle, 0);
    expect(await receive(url)).toEqual([]);
    return { url, dead };
  }

  it('go to their queue after the last receipt', async () => {
    await start();
    const { dead } = await failOnce(['bad']);
    expect((await receive(dead)).map(({ Body }) => Body)).toEqual(['bad']);
  });

  it('go back to where they came from when they are redriven, as new messages, and stay there', async () => {
    await start();
    const { url, dead } = await failOnce(['one', 'two']);
    await client.send(new StartMessageMoveTaskCommand({ SourceArn: arn('sqs', 'policy-dead') }));
    expect(await receive(dead)).toEqual([]);
    await stop();
    await start();
    const back = await receive(sqs.queueUrl('policy'));
    expect(back.map(({ Body }) => Body).toSorted()).toEqual(['one', 'two']);
    expect(back[0]?.Attributes?.ApproximateReceiveCount).toBe('1');
    expect(url).toContain('policy');
  });

  it('say how many of them were redriven', async () => {
    await start();
    await failOnce(['one', 'two']);
    const SourceArn = arn('sqs', 'policy-dead');
    await client.send(new StartMessageMoveTaskCommand({ SourceArn, DestinationArn: arn('sqs', 'policy') }));
    const { Results } = await client.send(new ListMessageMoveTasksCommand({ SourceArn }));
    expect(Results).toMatchObject([{ Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 2 }]);
  });

  it('need a destination where nothing says whose they are', async () => {
    await start();
    await createQueue('lonely');
    const task = new StartMessageMoveTaskCommand({ SourceArn: arn('sqs', 'lonely') });
    await expect(client.send(task)).rejects.toThrow(/DestinationArn/);
  });
});

describe('roles', () => {
  const accessKeyId = 'LOCALOUTBOXSWEEP';
  const statement = {
    effect: 'Allow' as const,
    actions: ['sqs:SendMessage', 'sqs:DeleteMessage'],
    resources: [arn('sqs', 'policy')],
  };
  const { authorise } = createRoleCheck(
    new Map([[accessKeyId, { name: 'outbox-sweep', statements: [statement] }]]),
  );

  it('let a function do what its role names, in batches too, and nothing else', async () => {
    await start({ authorise });
    const [url, other] = [await createQueue('policy'), await createQueue('usage')];
    const sweep = clientFor(accessKeyId);
    const batch = new SendMessageBatchCommand({ QueueUrl: url, Entries: [{ Id: 'a', MessageBody: 'a' }] });
    expect((await sweep.send(batch)).Successful).toHaveLength(1);
    const denied = { name: 'AccessDeniedException' };
    await expect(receive(url, 0, sweep)).rejects.toMatchObject(denied);
    await expect(sweep.send(new PurgeQueueCommand({ QueueUrl: url }))).rejects.toMatchObject(denied);
    const elsewhere = new SendMessageCommand({ QueueUrl: other, MessageBody: 'a' });
    await expect(sweep.send(elsewhere)).rejects.toMatchObject(denied);
    const [message] = await receive(url);
    await sweep.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: message?.ReceiptHandle }));
    sweep.destroy();
  });

  it('leave nothing to callers without credentials, and nothing but SQS', async () => {
    await start();
    const unsigned = await fetch(sqs.endpoint, {
      method: 'POST',
      headers: { 'x-amz-target': 'AmazonSQS.ListQueues', 'content-type': 'application/x-amz-json-1.0' },
      body: '{}',
    });
    expect(unsigned.status).toBe(403);
    expect((await fetch(`${sqs.endpoint}/_fauxqs/queues`)).status).toBe(400);
    expect((await fetch(`${sqs.endpoint}/bucket/key`, { method: 'PUT', body: 'x' })).status).toBe(400);
  });
});
