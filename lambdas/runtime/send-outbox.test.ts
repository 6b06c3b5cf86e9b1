import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { runUnitOfWork } from '@keystone/shared/store/unit-of-work/run-unit-of-work.ts';
import type { UnitOfWork } from '@keystone/shared/store/unit-of-work/unit-of-work.ts';
import { readOutbox, type OutboxEntry } from '@keystone/shared/store/unit-of-work/outbox.ts';
import { startMemoryTables, type MemoryTables } from '@keystone/shared/store/testing/memory-tables.ts';
import { testSources } from '@keystone/shared/store/testing/test-sources.ts';
import { mockClient } from 'aws-sdk-client-mock';
import { sendOutbox, sendOutboxEntry, type OutboxDestination } from './send-outbox.ts';

const cid = '00000000-0000-4000-8000-000000000000';
const sources = testSources();
const sqs = new SQSClient({ region: 'eu-west-1' });
const queue = mockClient(sqs);
let tables: MemoryTables;
let destination: OutboxDestination;

beforeAll(async () => {
  tables = await startMemoryTables();
  destination = { sqs, policyQueueUrl: 'https://sqs.test/policy', table: tables.control };
});
afterAll(() => tables.close());
beforeEach(() => {
  queue.reset();
});

async function commit(work: (uow: UnitOfWork) => Promise<void>): Promise<OutboxEntry | undefined> {
  const { pause, random } = sources;
  const options = { table: tables.control, actor: { user: null, cid, remote: null }, sources, pause, random };
  return (await runUnitOfWork(options, work)).outbox;
}

/** Commits a change that owes so many clusters a policy. */
const owe = (clusters: number) =>
  commit(async (uow) => {
    await uow.create('team', { slug: `t${sources.ulid().slice(-8)}`, name: 'Team', is_active: true });
    for (let cluster = 1; cluster <= clusters; cluster++) uow.emit({ type: 'policy', cluster, cid });
  });
const standing = async () =>
  (await readOutbox(tables.control, new Date(sources.now().getTime() + 1))).entries.map(({ key }) => key.sk);

describe('what a commit owes', () => {
  it('is sent by cluster and struck off', async () => {
    queue.on(SendMessageBatchCommand).resolves({});
    const entry = await owe(12);
    await sendOutbox(destination, entry);
    const sent = queue.commandCalls(SendMessageBatchCommand).map(({ args: [{ input }] }) => input);
    expect(sent.map(({ Entries }) => Entries?.length)).toEqual([10, 2]);
    expect(sent[0]).toMatchObject({
      QueueUrl: 'https://sqs.test/policy',
      Entries: [{ MessageGroupId: '1' }, { MessageGroupId: '2' }, {}, {}, {}, {}, {}, {}, {}, {}],
    });
    await expect(standing()).resolves.not.toContain(entry?.key.sk);
  });

  it('is sent for the clusters that a team has by then, each once, and struck off where it has none', async () => {
    queue.on(SendMessageBatchCommand).resolves({});
    const entry = await commit(async (uow) => {
      for (const team of [71, 72, 73]) uow.emit({ type: 'team', team, cid });
      uow.emit({ type: 'policy', cluster: 2, cid });
    });
    await commit(async (uow) => {
      for (const [team, cluster] of [
        [71, 1],
        [71, 2],
        [72, 2],
        [72, 3],
      ] as const)
        await uow.createEntitlement({ cluster, team, account: `team${team}`, grants: [] });
    });
    await sendOutbox(destination, entry);
    const [sent] = queue.commandCalls(SendMessageBatchCommand).map(({ args: [{ input }] }) => input);
    const events = sent?.Entries?.map(({ MessageBody }): unknown => JSON.parse(MessageBody ?? ''));
    expect(events).toEqual([1, 2, 3].map((cluster) => ({ type: 'policy', cluster, cid })));
    queue.resetHistory();
    const none = await commit(async (uow) => uow.emit({ type: 'team', team: 73, cid }));
    await sendOutbox(destination, none);
    expect(queue.calls()).toHaveLength(0);
    const left = await standing();
    expect([entry, none].filter((each) => left.includes(each?.key.sk ?? ''))).toEqual([]);
  });

  it('stands for the sweep where the queue fails, refuses one, or does not answer', async () => {
    const failures = [
      () => queue.on(SendMessageBatchCommand).rejects(new Error('away')),
      () =>
        queue
          .on(SendMessageBatchCommand)
          .resolves({ Failed: [{ Id: '0', Code: 'InternalError', SenderFault: false }] }),
      () => queue.on(SendMessageBatchCommand).callsFake(() => new Promise(() => undefined)),
    ];
    for (const fail of failures) {
      queue.reset();
      fail();
      const entry = await owe(1);
      await sendOutbox(destination, entry);
      await expect(standing()).resolves.toContain(entry?.key.sk);
    }
  });

  it('tells the sweep what went wrong', async () => {
    queue.on(SendMessageBatchCommand).rejects(new Error('away'));
    const entry = await owe(1);
    if (!entry) throw new Error('nothing is owed');
    await expect(sendOutboxEntry(destination, entry)).rejects.toThrow('away');
  });

  it('is nothing where nothing was owed', async () => {
    await sendOutbox(destination, await owe(0));
    expect(queue.calls()).toHaveLength(0);
  });
});
