import { IoTDataPlaneClient, PublishCommand } from '@aws-sdk/client-iot-data-plane';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ackMessageSchema, MAX_RECORDS_PER_SEGMENT } from '@keystone/shared/contracts/usage.ts';
import type { AgentRecord } from '@keystone/shared/store/agents/agent-records.ts';
import { readBalances } from '@keystone/shared/store/ledger/balance-reader.ts';
import { checkLedger } from '@keystone/shared/store/ledger/ledger-invariants.ts';
import { readQuarantine } from '@keystone/shared/store/ledger/quarantine.ts';
import { startMemoryTables, type MemoryTables } from '@keystone/shared/store/testing/memory-tables.ts';
import { testSources } from '@keystone/shared/store/testing/test-sources.ts';
import { usageRecord, ZONE } from '@keystone/shared/store/testing/usage-records.ts';
import { mockClient } from 'aws-sdk-client-mock';
import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import * as z from 'zod';
import { storeUsage, type UsageStore } from './store-usage.ts';
import { enrol, fromAgent, packed, STAGE } from './testing/agent-messages.ts';
import { listeningLog, listeningMeter } from './testing/listeners.ts';

const iot = mockClient(IoTDataPlaneClient);
let tables: MemoryTables;
let store: UsageStore;
let meter: ReturnType<typeof listeningMeter>;
let agent: AgentRecord;
let cluster = 0;

beforeAll(async () => {
  tables = await startMemoryTables();
});
afterAll(() => tables.close());
beforeEach(async () => {
  iot.reset();
  iot.on(PublishCommand).resolves({});
  cluster += 1;
  agent = await enrol(tables.control, cluster);
  meter = listeningMeter();
  store = {
    control: tables.control,
    ledger: tables.ledger,
    sources: testSources(cluster),
    broker: { iot: new IoTDataPlaneClient({ region: 'eu-west-1' }), stage: STAGE },
    zone: ZONE,
    log: listeningLog(),
    meter,
  };
});

const segmentOf = (segment: number, records: unknown[], sender = agent) =>
  fromAgent(sender, packed({ v: 1, epoch: 1, segment, records }));
const runs = (count: number, first = 1) =>
  Array.from({ length: count }, (_, at) => usageRecord({ jobIdRaw: first + at }));
const jobs = async (of = cluster) =>
  (await readBalances(tables.ledger, [{ cluster: of, account: 'chem' }]))[0]?.jobs;
const acks = () =>
  iot.commandCalls(PublishCommand).map(({ args: [{ input }] }) => ({
    topic: input.topic,
    qos: input.qos,
    ...ackMessageSchema.parse(
      JSON.parse(new TextDecoder().decode(z.instanceof(Uint8Array).parse(input.payload))),
    ),
  }));
const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;

describe('storing usage', () => {
  it('charges what an agent reports and acknowledges the segments after', async () => {
    const messages = [segmentOf(7, runs(3)), segmentOf(8, runs(2, 10))];
    await expect(storeUsage(store, messages)).resolves.toEqual([]);
    expect(await jobs()).toBe(5);
    expect(acks()).toEqual([
      { topic: `keystone/${agent.thing}/ack`, qos: 1, v: 1, epoch: 1, segments: [7, 8] },
    ]);
    expect(meter.sums.get('ChargesPosted')).toBe(5);
  });

  it('charges once what is delivered twice, and acknowledges again', async () => {
    const message = segmentOf(1, [...runs(3), null]);
    await storeUsage(store, [message, message]);
    await expect(storeUsage(store, [message])).resolves.toEqual([]);
    expect(await jobs()).toBe(3);
    expect(acks()).toHaveLength(2);
    expect(await readQuarantine(tables.ledger, cluster)).toHaveLength(1);
  });

  it('does not acknowledge what is not stored, and keeps other clusters going', async () => {
    const other = await enrol(tables.control, 1000 + cluster);
    iot.on(PublishCommand, { topic: `keystone/${agent.thing}/ack` }).rejects(new Error('broker away'));
    const messages = [segmentOf(1, runs(2)), segmentOf(1, runs(4), other), segmentOf(2, runs(2, 9))];
    const failed = await storeUsage(store, messages);
    expect(failed).toEqual([messages[0]?.messageId, messages[2]?.messageId]);
    expect(await jobs(1000 + cluster)).toBe(4);
    iot.on(PublishCommand).resolves({});
    await expect(storeUsage(store, messages)).resolves.toEqual([]);
    expect(await jobs()).toBe(4);
  });

  it('gives messages back where the ledger is away, without an acknowledgement', async () => {
    const away = { ...tables.ledger, table: 'no-such-table' };
    const message = segmentOf(1, runs(2));
    await expect(storeUsage({ ...store, ledger: away }, [message])).resolves.toEqual([message.messageId]);
    expect(acks()).toEqual([]);
  });
});

const poison: [string, unknown][] = [
  ['nothing', null],
  ['a row without its end', { ...usageRecord(), end: undefined }],
  ['a row whose account is no text', { ...usageRecord(), account: 7 }],
  ['a row that took time without billing', usageRecord({ allocTres: 'cpu=4' })],
  ['a row whose billing is no number', usageRecord({ allocTres: 'billing=many' })],
  ['a row with a text that is not Unicode', usageRecord({ user: '\ud800' })],
  ['a row of the year 3000', usageRecord({ end: 32_503_680_000 })],
  ['a row past what a date can say', usageRecord({ end: Number.MAX_SAFE_INTEGER, elapsed: 1 })],
  ['a row that charges more than there is', usageRecord({ allocTres: 'billing=999999999999' })],
];

describe('a row that can’t be charged', () => {
  it.each(poison)('is kept aside and the others are charged: %s', async (_, bad) => {
    await expect(storeUsage(store, [segmentOf(4, [...runs(1), bad, ...runs(1, 3)])])).resolves.toEqual([]);
    expect(await jobs()).toBe(2);
    expect(acks()).toMatchObject([{ segments: [4] }]);
    const [kept, ...more] = await readQuarantine(tables.ledger, cluster);
    expect(more).toEqual([]);
    expect(kept).toMatchObject({ cluster, thing: agent.thing, epoch: 1, segment: 4 });
    expect(kept?.detail).not.toBe('');
  });

  it('does so at every position', async () => {
    const rows = 24;
    const messages = Array.from({ length: rows }, (_, position) => {
      const records: unknown[] = runs(rows, 1000 * position);
      records[position] = { ...usageRecord(), position, state: 'no state' };
      return segmentOf(position + 1, records);
    });
    for (let at = 0; at < messages.length; at += 10)
      await expect(storeUsage(store, messages.slice(at, at + 10))).resolves.toEqual([]);
    expect(await jobs()).toBe(rows * (rows - 1));
    expect(await readQuarantine(tables.ledger, cluster)).toHaveLength(rows);
    expect(acks().flatMap(({ segments }) => segments)).toHaveLength(rows);
    expect((await checkLedger(tables.ledger)).violations).toEqual([]);
  });

  it('does so for a whole segment of them', async () => {
    await storeUsage(store, [
      segmentOf(
        1,
        poison.map(([, bad]) => bad),
      ),
    ]);
    expect(await jobs()).toBe(0);
    expect(acks()).toMatchObject([{ segments: [1] }]);
    expect(await readQuarantine(tables.ledger, cluster)).toHaveLength(poison.length);
  });

  it('does so where it is nested deeper than it can be written again', async () => {
    // Noise, so that it does not pack better than a message may.
    const noise = JSON.stringify(randomBytes(4_000).toString('hex'));
    const rows = [JSON.stringify(usageRecord()), nested(100_000), noise];
    const json = `{"v":1,"epoch":1,"segment":1,"records":[${rows.join(',')}]}`;
    await expect(storeUsage(store, [fromAgent(agent, gzipSync(json).toString('base64'))])).resolves.toEqual(
      [],
    );
    expect(await jobs()).toBe(1);
    expect(await readQuarantine(tables.ledger, cluster)).toHaveLength(2);
    expect(acks()).toMatchObject([{ segments: [1] }]);
  });
});

describe('a message that can’t be read', () => {
  it.each([
    ['is no gzip', Buffer.from('plain').toString('base64')],
    [
      'is a torn gzip',
      gzipSync(JSON.stringify({ v: 1 }))
        .subarray(0, 15)
        .toString('base64'),
    ],
    ['is no JSON', gzipSync('records').toString('base64')],
    ['is no UTF-8', gzipSync(Buffer.from([0x22, 0xff, 0x22])).toString('base64')],
    ['unpacks to more than there may be', gzipSync(Buffer.alloc(50_000_000, 0x20)).toString('base64')],
    ['has no segment', packed({ v: 1, records: [null] })],
  ])('is kept aside and not acknowledged where it %s', async (_, data) => {
    const messages = [fromAgent(agent, data), segmentOf(2, runs(1))];
    await expect(storeUsage(store, messages)).resolves.toEqual([]);
    expect(await jobs()).toBe(1);
    expect(acks()).toMatchObject([{ segments: [2] }]);
    expect(await readQuarantine(tables.ledger, cluster)).toMatchObject([{ reason: 'message' }]);
  });

  it.each([
    ['version', { v: 2, epoch: 1, segment: 5, records: runs(1) }],
    ['number of rows', { v: 1, epoch: 1, segment: 5, records: runs(MAX_RECORDS_PER_SEGMENT + 1) }],
    ['lack of rows', { v: 1, epoch: 1, segment: 5, records: [] }],
  ])('is kept aside and acknowledged where only its %s is wrong', async (_, content) => {
    await expect(storeUsage(store, [fromAgent(agent, packed(content))])).resolves.toEqual([]);
    expect(acks()).toMatchObject([{ epoch: 1, segments: [5] }]);
    const [kept] = await readQuarantine(tables.ledger, cluster);
    expect(JSON.parse(kept?.raw ?? '')).toEqual(content);
  });

  it('is kept aside where it is no envelope of the rule', async () => {
    const before = (await readQuarantine(tables.ledger, 0)).length;
    await expect(storeUsage(store, [{ messageId: 'a', body: `not JSON ${cluster}` }])).resolves.toEqual([]);
    expect(await readQuarantine(tables.ledger, 0)).toHaveLength(before + 1);
  });
});

describe('a sender that is not the agent', () => {
  const cases: [string, (own: AgentRecord) => Parameters<typeof fromAgent>[2]][] = [
    ['another client on the agent’s topic', () => ({ client: 'keystone-test-999999' })],
    ['another certificate', () => ({ principal: 'certificate-of-another' })],
    ['a cluster without an agent', () => ({ thing: 'keystone-test-77777', client: 'keystone-test-77777' })],
    [
      'a thing of another stage',
      ({ cluster: id }) => ({ thing: `keystone-prod-${id}`, client: `keystone-prod-${id}` }),
    ],
    ['a name that only looks like a thing', ({ thing }) => ({ thing: `${thing}x`, client: `${thing}x` })],
    [
      'a number with a leading zero',
      ({ cluster: id }) => ({ thing: `keystone-test-0${id}`, client: `keystone-test-0${id}` }),
    ],
  ];
  it.each(cases)('charges nothing and hears nothing: %s', async (_, overrides) => {
    const data = packed({ v: 1, epoch: 1, segment: 1, records: runs(2) });
    const before = (await readQuarantine(tables.ledger, 0)).length;
    await expect(storeUsage(store, [fromAgent(agent, data, overrides(agent))])).resolves.toEqual([]);
    expect(await jobs()).toBe(0);
    expect(acks()).toEqual([]);
    expect(await readQuarantine(tables.ledger, 0)).toHaveLength(before + 1);
    expect(meter.sums.get('SenderRefused')).toBe(1);
  });

  it('is kept aside once, however often it sends the same', async () => {
    const data = packed({ v: 1, epoch: 1, segment: 1, records: runs(2) });
    const before = (await readQuarantine(tables.ledger, 0)).length;
    const sent = [1, 2, 3].map((at) => fromAgent(agent, data, { principal: 'of-another', at }));
    await expect(storeUsage(store, sent)).resolves.toEqual([]);
    expect(await readQuarantine(tables.ledger, 0)).toHaveLength(before + 1);
  });

  it('is also the agent of an earlier enrolment', async () => {
    const next = await enrol(tables.control, cluster);
    await storeUsage(store, [segmentOf(1, runs(2), agent), segmentOf(2, runs(1, 9), next)]);
    expect(await jobs()).toBe(1);
    expect(acks()).toMatchObject([{ segments: [2] }]);
  });
});
