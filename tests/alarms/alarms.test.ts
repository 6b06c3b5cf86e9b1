import { IoTDataPlaneClient, PublishCommand } from '@aws-sdk/client-iot-data-plane';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { workQueues } from '@keystone/cdk/names.ts';
import { stages } from '@keystone/cdk/stages.ts';
import { startApiWorld } from '@keystone/lambdas/api/testing/api-world.ts';
import { meterFor, type Meter } from '@keystone/lambdas/runtime/metrics.ts';
import { sweepOutbox } from '@keystone/lambdas/tasks/sweep-outbox.ts';
import { turnGrants } from '@keystone/lambdas/tasks/turn-grants.ts';
import { verifyLedger } from '@keystone/lambdas/tasks/verify-ledger.ts';
import { watchAgents } from '@keystone/lambdas/tasks/watch-agents.ts';
import { enrol } from '@keystone/lambdas/workers/testing/agent-messages.ts';
import { agentState } from '@keystone/lambdas/workers/testing/agent-state.ts';
import { listeningLog, listeningMeter } from '@keystone/lambdas/workers/testing/listeners.ts';
import { world } from '@keystone/lambdas/workers/testing/world.ts';
import type { FunctionName } from '@keystone/shared/contracts/environment.ts';
import { writeAgentState } from '@keystone/shared/store/agents/agent-records.ts';
import { toItem } from '@keystone/shared/store/table/items.ts';
import { balanceKey } from '@keystone/shared/store/ledger/ledger-keys.ts';
import { postCharges } from '@keystone/shared/store/ledger/ledger-writer.ts';
import { meterReads } from '@keystone/shared/store/ledger/checks/metered-reads.ts';
import { outboxAction, outboxEntry } from '@keystone/shared/store/unit-of-work/outbox.ts';
import { startMemoryTables } from '@keystone/shared/store/testing/memory-tables.ts';
import { testSources } from '@keystone/shared/store/testing/test-sources.ts';
import { charge, usageRecord, ZONE } from '@keystone/shared/store/testing/usage-records.ts';
import { transact } from '@keystone/shared/store/table/transact.ts';
import { mockClient } from 'aws-sdk-client-mock';
import { periodOf, spanOf, stateOf, type Sample } from './alarm-rule.ts';
import { alarms, functionNamed } from './deployment.ts';
import { observeAnswer, observeCounts, observeFunction, startEntry } from './observed.ts';
import { startQueues, type ObservedQueues } from './observed-queues.ts';
import { messageTo, publishUsage, queued, usageMessage, workersOf, type Cloud } from './queue-faults.ts';

const NOW = 1_800_000_000;
const iot = mockClient(IoTDataPlaneClient);
let queues: ObservedQueues;
let cloud: Cloud;

beforeAll(() => {
  iot.on(PublishCommand).resolves({});
});
afterAll(() => iot.restore());
beforeEach(async () => {
  queues = await startQueues();
  const tables = await startMemoryTables();
  cloud = { tables, agent: await enrol(tables.control, 1) };
});
afterEach(async () => {
  await queues.close();
  await cloud.tables.close();
});

/** Brings the fault of an alarm about, or runs the same without it, at a moment; tells what CloudWatch hears. */
type Case = (faulty: boolean, at: number) => Promise<Sample[]>;
const cases = new Map<string, Case>();

cases.set('api-5xx', async (faulty, at) => {
  const api = await startApiWorld();
  if (faulty) await api.close();
  const samples: Sample[] = [];
  for (let call = 0; call < 6; call++) {
    const { status } = await api.admin.get('/users/users/');
    samples.push(...observeAnswer(status, 50, at));
  }
  if (!faulty) await api.close();
  return samples;
});

cases.set('api-slow', async (faulty, at) => {
  const api = await startApiWorld();
  const { clock } = api.sources;
  const began = clock.now.getTime();
  const slow = api.interrupted(() => {
    clock.now = new Date(clock.now.getTime() + (faulty ? 3_500 : 35));
    return Promise.resolve();
  });
  const { status } = await api.admin.through(slow).post('/users/teams/', { name: `Slow ${at}` });
  await api.close();
  expect(status).toBe(201);
  return observeAnswer(status, clock.now.getTime() - began, at);
});

/** A deployment that forgot a variable: the function fails at its start, at each call. */
const startsWithout =
  (name: FunctionName, variable: string): Case =>
  (faulty, at) =>
    observeFunction(name, at, () => startEntry(name, faulty ? variable : undefined));
cases.set('http-function-errors', startsWithout('sign-in', 'CONTROL_TABLE'));
cases.set('worker-errors', startsWithout('ledger', 'LEDGER_TABLE'));

const sweep = async (queueIsAway: boolean) => {
  const sqs = mockClient(SQSClient);
  if (queueIsAway) sqs.on(SendMessageBatchCommand).rejects(new Error('the queue is away'));
  else sqs.on(SendMessageBatchCommand).resolves({});
  const { control } = cloud.tables;
  const entry = outboxEntry('AN-OLD-ENTRY', new Date(0), [
    { type: 'policy', cluster: 1, cid: '00000000-0000-4000-8000-000000000000' },
  ]);
  await transact(control.client, [outboxAction(control.table, entry)], testSources().ulid()).catch(
    () => undefined,
  );
  const destination = { table: control, sqs: new SQSClient({ region: 'eu-west-1' }), policyQueueUrl: 'q' };
  try {
    await sweepOutbox(destination, new Date());
  } finally {
    sqs.restore();
  }
};
/** Where its schedule is gone, CloudWatch hears nothing of a function. */
const runsBy = (name: FunctionName, work: () => Promise<unknown>): Case => {
  return (faulty, at) => (faulty ? Promise.resolve([]) : observeFunction(name, at, work));
};
cases.set('task-errors', (faulty, at) => observeFunction('outbox-sweep', at, () => sweep(faulty)));
cases.set(
  'outbox-sweep-missing',
  runsBy('outbox-sweep', () => sweep(false)),
);
cases.set(
  'grant-turn-missing',
  runsBy('grant-turn', () =>
    turnGrants(
      cloud.tables.control,
      { sqs: new SQSClient({ region: 'eu-west-1' }), policyQueueUrl: 'q' },
      'cid',
    ),
  ),
);

/** More sign-ins at once than the function has reserved: Lambda refuses those beyond, and says how many. */
cases.set('functions-throttled', async (faulty, at) => {
  const reserve = stages.prod.reservedConcurrency['sign-in'] ?? 0;
  expect(reserve).toBeGreaterThan(0);
  const running = new Set<Promise<unknown>>();
  let throttled = 0;
  const api = await startApiWorld();
  for (let call = 0; call < reserve + (faulty ? 5 : -5); call++) {
    if (running.size >= reserve) throttled += 1;
    else
      running.add(
        api
          .visitor()
          .get('/health/')
          .catch(() => undefined),
      );
  }
  await Promise.all(running);
  await api.close();
  const dimensions = { FunctionName: functionNamed('sign-in').FunctionName };
  return [{ namespace: 'AWS/Lambda', metric: 'Throttles', dimensions, value: throttled, at }];
});

/** What the ledger's function counts for a message of an agent. */
const usage = (records: unknown[], certificate?: string) => (at: number) =>
  observeCounts(at, async () => {
    const meter = meterFor('ledger', 'local');
    await workersOf(cloud, false, meter).usage([usageMessage(cloud.agent, records, certificate)]);
    meter.flush();
  });
cases.set('usage-quarantined', (faulty, at) =>
  usage([usageRecord(), ...(faulty ? [{ ...usageRecord(), end: 'never' }] : [])])(at),
);
cases.set('senders-refused', (faulty, at) =>
  usage([usageRecord()], faulty ? 'a-certificate-that-was-replaced' : undefined)(at),
);

cases.set('states-refused', (faulty, at) =>
  observeCounts(at, async () => {
    const meter = meterFor('agent-state', 'local');
    const said = { ...cloud.agent, ...(faulty && { certificate: 'a-certificate-that-was-replaced' }) };
    await workersOf(cloud, false, meter)['agent-state']([
      { messageId: 'state', body: messageTo({ ...cloud, agent: said }, 'agent-state') },
    ]);
    meter.flush();
  }),
);

const verify = async (meter: Meter) => {
  const { ledger, control } = cloud.tables;
  const sources = testSources(1, '2026-11-24T20:00:00Z');
  const reads = meterReads(ledger.client, { ...sources, mostUnits: 1_000_000 });
  const task = { control, ledger, zone: ZONE, sources, reads, log: listeningLog(), meter };
  await verifyLedger(task).finally(() => meter.flush());
};
cases.set(
  'verify-ledger-missing',
  runsBy('verify-ledger', () => verify(listeningMeter())),
);
cases.set('ledger-differences', async (faulty, at) => {
  const { ledger } = cloud.tables;
  const sources = testSources(1, '2026-11-24T20:00:00Z');
  await postCharges({ ledger, sources }, [charge()]);
  if (faulty)
    await ledger.client.send(
      new UpdateItemCommand({
        TableName: ledger.table,
        Key: toItem({ ...balanceKey(3, 'chem', 0) }),
        UpdateExpression: 'ADD seconds :one',
        ExpressionAttributeValues: toItem({ ':one': 1 }),
      }),
    );
  return observeCounts(at, () => verify(meterFor('verify-ledger', 'local')));
});

/** The watch, some minutes after an agent of an open cluster spoke. */
const watch = async (minutes: number, meter: Meter) => {
  const { control } = cloud.tables;
  const cluster = await world(control, testSources()).addCluster();
  const { epoch } = await enrol(control, cluster);
  const seen = new Date('2026-11-24T12:00:00Z');
  await writeAgentState(control, cluster, { seen, state: agentState({ epoch }) });
  const now = () => new Date(seen.getTime() + minutes * 60_000);
  await watchAgents({ control, sources: { now }, log: listeningLog(), meter });
  meter.flush();
};
cases.set('agents-silent', (faulty, at) =>
  observeCounts(at, () => watch(faulty ? 21 : 19, meterFor('watch-agents', 'local'))),
);
cases.set(
  'watch-agents-missing',
  runsBy('watch-agents', () => watch(1, listeningMeter())),
);

for (const queue of workQueues) {
  const name = `keystone-local-${queue}`;
  cases.set(`${queue}-dead-letters`, async (faulty, at) => {
    await queues.send(name, messageTo(cloud, queue));
    const work = workersOf(cloud, faulty)[queue];
    await queues.drain(name, (messages) => work(queued(messages)));
    return [await queues.depth(`${name}-dead-letters`, at)];
  });
  cases.set(`${queue}-waiting`, async (faulty, at) => {
    await queues.send(name, messageTo(cloud, queue));
    const work = workersOf(cloud, false)[queue];
    if (!faulty) await queues.drain(name, (messages) => work(queued(messages)));
    return [await queues.age(name, at, 601)];
  });
}

cases.set('iot-failures', async (faulty, at) => {
  await publishUsage(queues, !faulty);
  return [await queues.depth('keystone-local-iot-failures', at)];
});

/** Lambda tries an event of a schedule three times; then it keeps it where the function's template says. */
cases.set('task-failures', async (faulty, at) => {
  const kept = functionNamed('outbox-sweep').DeadLetterConfig?.TargetArn.split(':').at(-1) ?? 'nowhere';
  for (let attempt = 1; ; attempt++)
    try {
      await sweep(faulty);
      break;
    } catch {
      if (attempt < 3) continue;
      await queues.send(kept, JSON.stringify({ source: 'aws.scheduler' }));
      break;
    }
  return [await queues.depth('keystone-local-task-failures', at)];
});

/** The case in each period that the alarm looks back on. */
async function through(name: string, faulty: boolean): Promise<'ALARM' | 'OK'> {
  const alarm = alarms.get(name);
  const run = cases.get(name);
  if (!alarm || !run) throw new Error(`${name} is no alarm with a case`);
  const samples: Sample[] = [];
  const period = periodOf(alarm);
  for (let start = NOW - spanOf(alarm); start < NOW; start += period)
    samples.push(...(await run(faulty, start + period / 2)));
  return stateOf(alarm, samples, NOW);
}

describe('each alarm of the template', () => {
  it('has a fault here that brings it about', () => {
    expect([...cases.keys()].sort()).toEqual([...alarms.keys()].sort());
  });

  it.each([...cases.keys()])('rings with its fault: %s', async (name) => {
    expect(await through(name, true)).toBe('ALARM');
  });

  it.each([...cases.keys()])('is silent without it: %s', async (name) => {
    expect(await through(name, false)).toBe('OK');
  });
});
