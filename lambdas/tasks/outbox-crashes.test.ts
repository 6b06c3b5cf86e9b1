import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { policyEventSchema } from '@keystone/shared/contracts/events.ts';
import { readNumbered } from '@keystone/shared/store/table/control-reader.ts';
import { readOutbox } from '@keystone/shared/store/unit-of-work/outbox.ts';
import { runUnitOfWork } from '@keystone/shared/store/unit-of-work/run-unit-of-work.ts';
import { crashAt, CrashError, type Crash } from '@keystone/shared/store/testing/crash.ts';
import { startMemoryTables, type MemoryTables } from '@keystone/shared/store/testing/memory-tables.ts';
import { tappedClient } from '@keystone/shared/store/testing/tapped-client.ts';
import { testSources } from '@keystone/shared/store/testing/test-sources.ts';
import { mockClient } from 'aws-sdk-client-mock';
import { randomUUID } from 'node:crypto';
import { sendOutboxEntry } from '../runtime/send-outbox.ts';
import { world } from '../workers/testing/world.ts';
import { sweepOutbox } from './sweep-outbox.ts';

let tables: MemoryTables;
const sources = testSources();
const sqs = mockClient(SQSClient);
let delivered: string[] = [];

beforeAll(async () => {
  tables = await startMemoryTables();
});
afterAll(() => tables.close());

/** A process with its own connections, which may die. */
function processThat(crash: Crash) {
  const client = tappedClient(tables.control.client, (_, perform) => crash.call(perform));
  sqs.on(SendMessageBatchCommand).callsFake(({ Entries }) =>
    crash.call(async () => {
      for (const { MessageBody } of Entries)
        delivered.push(policyEventSchema.parse(JSON.parse(MessageBody)).cid);
      return {};
    }),
  );
  const table = { ...tables.control, client };
  return { table, sqs: new SQSClient({ region: 'eu-west-1' }), policyQueueUrl: 'https://queue' };
}

/** Changes a cluster and sends what that owes, as a function of the API does. */
async function changeCluster(cluster: number, name: string, cid: string, crash: Crash): Promise<void> {
  const destination = processThat(crash);
  const actor = { user: null, cid, remote: null };
  const { pause, random } = sources;
  try {
    const options = { table: destination.table, actor, sources, pause, random };
    const { outbox } = await runUnitOfWork(options, async (uow) => {
      const record = await uow.get('cluster', cluster);
      if (!record) throw new Error('no cluster');
      await uow.update(record, { name });
      uow.emit({ type: 'policy', cluster, cid });
    });
    if (outbox) await sendOutboxEntry(destination, outbox);
  } catch (error) {
    if (!(error instanceof CrashError)) throw error;
  } finally {
    destination.table.client.destroy();
  }
}

async function sweep(crash: Crash): Promise<void> {
  const destination = processThat(crash);
  try {
    await sweepOutbox(destination, new Date(sources.now().getTime() + 46_000));
  } catch (error) {
    const died =
      error instanceof AggregateError && error.errors.every((inner) => inner instanceof CrashError);
    if (!died && !(error instanceof CrashError)) throw error;
  } finally {
    destination.table.client.destroy();
  }
}

describe('an event that a transaction owes', () => {
  it('is sent where the transaction was committed, and only then, wherever processes die', async () => {
    const cluster = await world(tables.control, sources).addCluster();
    const free = crashAt(Infinity);
    await changeCluster(cluster, 'counting', randomUUID(), free);
    // A commit that is not followed by its sending leaves the longest sweep.
    await changeCluster(cluster, 'left to the sweep', randomUUID(), crashAt(free.points - 4));
    const freeSweep = crashAt(Infinity);
    await sweep(freeSweep);
    let extra = 0;
    for (let at = 0; at <= free.points; at++) {
      for (let sweepAt = 0; sweepAt <= freeSweep.points; sweepAt++) {
        const cid = randomUUID();
        const name = `${at} ${sweepAt}`;
        delivered = [];
        await changeCluster(cluster, name, cid, crashAt(at));
        const committed = (await readNumbered(tables.control, 'cluster', cluster))?.fields.name === name;
        await sweep(crashAt(sweepAt));
        await sweep(crashAt(Infinity));
        const times = delivered.filter((id) => id === cid).length;
        expect({ at, sweepAt, sent: times > 0 }).toEqual({ at, sweepAt, sent: committed });
        expect(times).toBeLessThanOrEqual(3);
        extra = Math.max(extra, times - 1);
      }
    }
    // One more for each of the two processes that died between sending and striking off.
    expect(extra).toBe(2);
    const points = `${free.points + 1} x ${freeSweep.points + 1}`;
    process.stdout.write(
      `${JSON.stringify({ worker: 'outbox and its sweep', crashPoints: points, extra })}\n`,
    );
    expect((await readOutbox(tables.control, new Date('2100-01-01'))).entries).toEqual([]);
  }, 60_000);
});
