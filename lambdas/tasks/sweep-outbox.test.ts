import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  outboxEntry,
  outboxAction,
  readOutbox,
  type OutboxEntry,
} from '@keystone/shared/store/unit-of-work/outbox.ts';
import { startMemoryTables, type MemoryTables } from '@keystone/shared/store/testing/memory-tables.ts';
import { testSources } from '@keystone/shared/store/testing/test-sources.ts';
import { transact } from '@keystone/shared/store/table/transact.ts';
import { mockClient } from 'aws-sdk-client-mock';
import { randomUUID } from 'node:crypto';
import { sweepOutbox } from './sweep-outbox.ts';

const sqs = mockClient(SQSClient);
const { ulid } = testSources();
const now = new Date('2026-11-24T12:00:00Z');
const secondsAgo = (seconds: number) => new Date(now.getTime() - seconds * 1000);
let tables: MemoryTables;

beforeAll(async () => {
  tables = await startMemoryTables();
});
afterAll(() => tables.close());
beforeEach(() => {
  sqs.reset();
  sqs.on(SendMessageBatchCommand).resolves({});
});

async function owe(at: Date, clusters: number[]): Promise<OutboxEntry> {
  const entry = outboxEntry(
    ulid(),
    at,
    clusters.map((cluster) => ({ type: 'policy', cluster, cid: randomUUID() })),
  );
  await transact(tables.control.client, [outboxAction('control', entry)], ulid());
  return entry;
}
const sweep = () =>
  sweepOutbox(
    { table: tables.control, sqs: new SQSClient({ region: 'eu-west-1' }), policyQueueUrl: 'https://queue' },
    now,
  );
const sent = () =>
  sqs
    .commandCalls(SendMessageBatchCommand)
    .flatMap(({ args: [{ input }] }) =>
      (input.Entries ?? []).map(({ MessageGroupId }) => Number(MessageGroupId)),
    );
const standing = async () => (await readOutbox(tables.control, new Date('2100-01-01'))).entries;

describe('the outbox sweep', () => {
  it('sends what is older than 45 s, all of it, and leaves the rest to who wrote it', async () => {
    const fresh = await owe(secondsAgo(44), [1]);
    for (let at = 0; at < 30; at++) await owe(secondsAgo(46 + at), [100 + at]);
    await owe(
      secondsAgo(3600),
      Array.from({ length: 23 }, (_, at) => 200 + at),
    );
    await expect(sweep()).resolves.toBe(31);
    expect(sent()).toHaveLength(53);
    expect(await standing()).toEqual([fresh]);
    await expect(sweep()).resolves.toBe(0);
  });

  it('keeps what the queue did not take, sends the others, and fails', async () => {
    const refused = await owe(secondsAgo(60), [7]);
    await owe(secondsAgo(60), [8]);
    sqs
      .on(SendMessageBatchCommand)
      .callsFake(({ Entries }) =>
        Entries[0].MessageGroupId === '7' ? { Failed: [{ Id: '0', Code: 'InternalError' }] } : {},
      );
    await expect(sweep()).rejects.toThrow('1 outbox entries stay, 1 were sent');
    expect(await standing()).toContainEqual(refused);
    sqs.on(SendMessageBatchCommand).resolves({});
    await expect(sweep()).resolves.toBe(1);
  });

  it('fails for an entry that it can’t read, after it has sent the others', async () => {
    await owe(secondsAgo(60), [9]);
    const Item = { pk: { S: 'OUT#3' }, sk: { S: 'unknown' }, at: { S: secondsAgo(60).toISOString() } };
    await tables.control.client.send(new PutItemCommand({ TableName: 'control', Item }));
    await expect(sweep()).rejects.toThrow('1 outbox entries stay, 1 were sent');
    expect(sent()).toEqual([9]);
  });
});
