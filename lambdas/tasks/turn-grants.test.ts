import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { policyEventSchema } from '@keystone/shared/contracts/events.ts';
import { crashAt, CrashError, type Crash } from '@keystone/shared/store/testing/crash.ts';
import { startMemoryTables, type MemoryTables } from '@keystone/shared/store/testing/memory-tables.ts';
import { tappedClient } from '@keystone/shared/store/testing/tapped-client.ts';
import { testSources } from '@keystone/shared/store/testing/test-sources.ts';
import { mockClient } from 'aws-sdk-client-mock';
import { randomUUID } from 'node:crypto';
import { world } from '../workers/testing/world.ts';
import { turnGrants } from './turn-grants.ts';

const sqs = mockClient(SQSClient);
let tables: MemoryTables;

beforeAll(async () => {
  tables = await startMemoryTables();
});
afterAll(() => tables.close());
beforeEach(() => {
  sqs.reset();
  sqs.on(SendMessageBatchCommand).resolves({});
});

const queue = () => ({ sqs: new SQSClient({ region: 'eu-west-1' }), policyQueueUrl: 'https://queue' });

describe('the turn of grants', () => {
  it('has nothing to do where there is no cluster', async () => {
    await expect(turnGrants(tables.control, queue(), randomUUID())).resolves.toBe(0);
    expect(sqs.commandCalls(SendMessageBatchCommand)).toEqual([]);
  });

  it('asks for a refreshed policy of every cluster that is not deleted, closed ones too', async () => {
    const people = world(tables.control, testSources());
    const clusters: number[] = [];
    for (let at = 0; at < 12; at++) clusters.push(await people.addCluster({ enabled: at % 2 === 0 }));
    await people.run(async (uow) => {
      const last = await uow.get('cluster', clusters.pop() ?? 0);
      if (last) uow.remove(last);
    });
    const cid = randomUUID();
    await expect(turnGrants(tables.control, queue(), cid)).resolves.toBe(11);
    const events = sqs
      .commandCalls(SendMessageBatchCommand)
      .flatMap(({ args: [{ input }] }) =>
        (input.Entries ?? []).map(({ MessageBody = '' }) => policyEventSchema.parse(JSON.parse(MessageBody))),
      );
    const byCluster = events.sort((a, b) => a.cluster - b.cluster);
    expect(byCluster).toEqual(clusters.map((cluster) => ({ type: 'policy', cluster, cid, refresh: true })));
  });

  it('says so where the tables were restored', async () => {
    await turnGrants(tables.control, queue(), randomUUID(), true);
    const [call] = sqs.commandCalls(SendMessageBatchCommand);
    const body: unknown = JSON.parse(call?.args[0].input.Entries?.[0]?.MessageBody ?? '');
    expect(policyEventSchema.parse(body)).toMatchObject({ restored: true });
  });

  it('fails where the queue does not take it, so that the scheduler tries again', async () => {
    sqs.on(SendMessageBatchCommand).rejects(new Error('away'));
    await expect(turnGrants(tables.control, queue(), randomUUID())).rejects.toThrow('away');
  });

  it('that dies at any point and is run again has asked for every cluster, and for none more than twice', async () => {
    const last = await world(tables.control, testSources()).addCluster();
    const asked = new Map<number, number>();
    const run = async (crash: Crash): Promise<void> => {
      const client = tappedClient(tables.control.client, (_, perform) => crash.call(perform));
      sqs.on(SendMessageBatchCommand).callsFake(({ Entries }) =>
        crash.call(async () => {
          for (const { MessageBody } of Entries) {
            const { cluster } = policyEventSchema.parse(JSON.parse(MessageBody));
            asked.set(cluster, (asked.get(cluster) ?? 0) + 1);
          }
          return {};
        }),
      );
      await turnGrants({ ...tables.control, client }, queue(), randomUUID()).finally(() => client.destroy());
    };
    const free = crashAt(Infinity);
    await run(free);
    for (let at = 0; at < free.points; at += 1) {
      asked.clear();
      await expect(run(crashAt(at))).rejects.toThrow(CrashError);
      await run(crashAt(Infinity));
      expect(asked.has(last)).toBe(true);
      expect(Math.max(...asked.values())).toBeLessThanOrEqual(2);
    }
    const points = `${free.points}/${free.points}`;
    process.stdout.write(`${JSON.stringify({ worker: 'turn-grants', crashPoints: points })}\n`);
    expect(free.points).toBeGreaterThan(5);
  });
});
