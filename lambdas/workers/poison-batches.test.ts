import { DeleteItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { IoTDataPlaneClient, PublishCommand } from '@aws-sdk/client-iot-data-plane';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readAgentState, type AgentRecord } from '@keystone/shared/store/agents/agent-records.ts';
import { readBalances } from '@keystone/shared/store/ledger/balance-reader.ts';
import { readPolicyHead } from '@keystone/shared/store/agents/policy-heads.ts';
import { readQuarantine } from '@keystone/shared/store/ledger/quarantine.ts';
import { startMemoryTables, type MemoryTables } from '@keystone/shared/store/testing/memory-tables.ts';
import { testSources } from '@keystone/shared/store/testing/test-sources.ts';
import { usageRecord, ZONE } from '@keystone/shared/store/testing/usage-records.ts';
import { mockClient } from 'aws-sdk-client-mock';
import { randomUUID } from 'node:crypto';
import { bringPolicies } from './bring-policies.ts';
import { noteAgentStates } from './note-agent-states.ts';
import type { QueuedMessage } from './sqs-batch.ts';
import { storeUsage } from './store-usage.ts';
import { enrol, fromAgent, packed, STAGE } from './testing/agent-messages.ts';
import { agentState } from './testing/agent-state.ts';
import { listeningLog, listeningMeter } from './testing/listeners.ts';

const iot = mockClient(IoTDataPlaneClient);
const sqs = mockClient(SQSClient);
let tables: MemoryTables;
let agent: AgentRecord;
let cluster = 0;

beforeAll(async () => {
  tables = await startMemoryTables();
});
afterAll(() => tables.close());
beforeEach(async () => {
  iot.reset();
  sqs.reset();
  iot.on(PublishCommand).resolves({});
  sqs.on(SendMessageBatchCommand).resolves({});
  cluster += 1;
  agent = await enrol(tables.control, cluster);
});

/** All that the workers need. */
const parts = () => ({
  control: tables.control,
  ledger: tables.ledger,
  sources: testSources(cluster),
  broker: { iot: new IoTDataPlaneClient({ region: 'eu-west-1' }), stage: STAGE },
  queue: { sqs: new SQSClient({ region: 'eu-west-1' }), policyQueueUrl: 'https://queue' },
  newCid: randomUUID,
  zone: ZONE,
  log: listeningLog(),
  meter: listeningMeter(),
});

/** What a batch of SQS holds. */
const BATCH = 10;
const positions = Array.from({ length: BATCH }, (_, index) => index);

const message = (body: string): QueuedMessage => ({ messageId: randomUUID(), body });
/** Messages that no worker can use, each with a content of its own. */
const poison: [string, () => QueuedMessage][] = [
  ['no JSON', () => message(`{"v":${randomUUID()}`)],
  ['no envelope', () => message(JSON.stringify({ [randomUUID()]: true }))],
  ['another sender', () => fromAgent({ ...agent, certificate: randomUUID() }, packed({ v: 1 }))],
  ['nothing that unpacks', () => fromAgent(agent, Buffer.from(randomUUID()).toString('base64'))],
  ['another format', () => fromAgent(agent, packed({ v: 99, id: randomUUID() }))],
];

const usageOf = (segment: number) =>
  fromAgent(agent, packed({ v: 1, epoch: 1, segment, records: [usageRecord({ jobIdRaw: segment })] }));
const jobs = async () => (await readBalances(tables.ledger, [{ cluster, account: 'chem' }]))[0]?.jobs ?? 0;
const aside = async () =>
  (await readQuarantine(tables.ledger, cluster)).length + (await readQuarantine(tables.ledger, 0)).length;

describe('a batch of usage with a poisonous message', () => {
  it.each(poison)('is stored but for that one, at every place: %s', async (_, make) => {
    const before = await aside();
    for (const position of positions) {
      const batch = positions.map((at) => (at === position ? make() : usageOf(1 + position * BATCH + at)));
      expect(await storeUsage(parts(), batch)).toEqual([]);
      expect(await jobs()).toBe((position + 1) * (BATCH - 1));
    }
    expect(await aside()).toBe(before + BATCH);
  });

  it('is done with where all of it is poison', async () => {
    const before = await aside();
    const batch = positions.map((at) => poison[at % poison.length]?.[1]() ?? usageOf(at));
    expect(await storeUsage(parts(), batch)).toEqual([]);
    expect(await jobs()).toBe(0);
    expect(await aside()).toBe(before + BATCH);
    // The queue delivers some twice.
    expect(await storeUsage(parts(), batch)).toEqual([]);
    expect(await aside()).toBe(before + BATCH);
  });
});

describe('a batch of states with a poisonous message', () => {
  it.each(poison)('is noted but for that one, at every place: %s', async (_, make) => {
    for (const position of positions) {
      const said = (at: number) => agentState({ ackedThrough: 1 + position * BATCH + at });
      const moment = (at: number) => Date.UTC(2026, 10, 24, 12, position, at);
      const batch = positions.map((at) =>
        at === position ? make() : fromAgent(agent, packed(said(at)), { at: moment(at) }),
      );
      expect(await noteAgentStates(parts(), batch)).toEqual([]);
      const last = position === BATCH - 1 ? BATCH - 2 : BATCH - 1;
      const noted = await readAgentState(tables.control, cluster);
      expect(noted?.state.ackedThrough).toBe(1 + position * BATCH + last);
    }
  });

  it('is done with where all of it is poison', async () => {
    const batch = poison.map(([, make]) => make());
    expect(await noteAgentStates(parts(), batch)).toEqual([]);
    expect(await readAgentState(tables.control, cluster)).toBeUndefined();
  });
});

describe('a batch of events with a poisonous message', () => {
  const event = (id: number) => message(JSON.stringify({ type: 'policy', cluster: id, cid: randomUUID() }));
  const poisonous = [() => message('{'), () => message('{"type":"else"}'), () => message('null')];

  it('builds every other policy, at every place, and has that one alone come again', async () => {
    for (const position of positions) {
      const first = 1_000 + position * BATCH;
      const bad = poisonous[position % poisonous.length] ?? (() => message(''));
      const batch = positions.map((at) => (at === position ? bad() : event(first + at)));
      expect(await bringPolicies(parts(), batch)).toEqual([batch[position]?.messageId]);
      for (const at of positions) {
        const head = await readPolicyHead(tables.control, first + at);
        expect({ at, built: head !== undefined }).toEqual({ at, built: at !== position });
      }
    }
  });

  it('comes again whole where all of it is poison', async () => {
    const batch = poisonous.map((make) => make());
    expect(await bringPolicies(parts(), batch)).toEqual(batch.map(({ messageId }) => messageId));
  });
});

describe('a message that comes again after weeks', () => {
  const contents = async () => {
    const { Items = [] } = await tables.ledger.client.send(new ScanCommand({ TableName: 'ledger' }));
    return Items.filter(({ pk }) => pk?.S?.includes(`#${cluster}#`) || pk?.S?.endsWith(`#${cluster}`))
      .map((item) => JSON.stringify(Object.entries(item).sort()))
      .sort();
  };
  const segment = (number: number, elapsed: number) =>
    fromAgent(
      agent,
      packed({ v: 1, epoch: 1, segment: number, records: [usageRecord({ jobIdRaw: 5, elapsed })] }),
    );

  it('changes nothing, though the sums of its segment were forgotten and a newer word stands', async () => {
    const [first, second] = [segment(1, 600), segment(2, 900)];
    for (const each of [first, second]) expect(await storeUsage(parts(), [each])).toEqual([]);
    const { Items: sums = [] } = await tables.ledger.client.send(new ScanCommand({ TableName: 'ledger' }));
    const forgotten = sums.filter(({ pk }) => pk?.S?.startsWith('SEG#') && pk.S.endsWith(String(cluster)));
    expect(forgotten.length).toBeGreaterThan(0);
    for (const { pk, sk } of forgotten)
      if (pk && sk)
        await tables.ledger.client.send(new DeleteItemCommand({ TableName: 'ledger', Key: { pk, sk } }));
    const before = await contents();
    expect(before.length).toBeGreaterThan(3);
    iot.resetHistory();
    for (const each of [first, second, first]) expect(await storeUsage(parts(), [each])).toEqual([]);
    expect(await contents()).toEqual(before);
    expect(iot.commandCalls(PublishCommand)).toHaveLength(3);
  });
});
