import { IoTDataPlaneClient, PublishCommand } from '@aws-sdk/client-iot-data-plane';
import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { SegmentMark } from '@keystone/shared/contracts/policy.ts';
import { policyEventSchema, type PolicyEvent } from '@keystone/shared/contracts/events.ts';
import { numbersMessageSchema } from '@keystone/shared/contracts/usage.ts';
import { numbersOfSession } from '@keystone/shared/domain/segment-numbers.ts';
import { readAgentState, type AgentRecord } from '@keystone/shared/store/agents/agent-records.ts';
import { writePolicyHead, type PolicyHead } from '@keystone/shared/store/agents/policy-heads.ts';
import { startMemoryTables, type MemoryTables } from '@keystone/shared/store/testing/memory-tables.ts';
import { ZONE } from '@keystone/shared/store/testing/usage-records.ts';
import { mockClient } from 'aws-sdk-client-mock';
import { randomUUID } from 'node:crypto';
import { ulid } from 'ulid';
import { noteAgentStates, type StateNotes } from './note-agent-states.ts';
import { enrol, fromAgent, packed, STAGE } from './testing/agent-messages.ts';
import { agentState } from './testing/agent-state.ts';
import { listeningLog, listeningMeter } from './testing/listeners.ts';

const sqs = mockClient(SQSClient);
const iot = mockClient(IoTDataPlaneClient);
let tables: MemoryTables;
let notes: StateNotes;
let meter: ReturnType<typeof listeningMeter>;
let agent: AgentRecord;
let head: PolicyHead;
let cluster = 0;
let now: Date;

beforeAll(async () => {
  tables = await startMemoryTables();
});
afterAll(() => tables.close());
beforeEach(async () => {
  sqs.reset();
  iot.reset();
  iot.on(PublishCommand).resolves({});
  now = new Date(Date.UTC(2026, 10, 24, 13));
  sqs.on(SendMessageBatchCommand).resolves({});
  cluster += 1;
  agent = await enrol(tables.control, cluster);
  const policy = { v: 1, cluster, zone: ZONE, version: { epoch: 1, n: 1 }, accounts: [] } as const;
  head = await writePolicyHead(tables.control, { ...policy, accounts: [] }, undefined, ulid());
  meter = listeningMeter();
  notes = {
    control: tables.control,
    queue: { sqs: new SQSClient({ region: 'eu-west-1' }), policyQueueUrl: 'https://queue' },
    broker: { iot: new IoTDataPlaneClient({ region: 'eu-west-1' }), stage: STAGE },
    sources: { now: () => now },
    newCid: randomUUID,
    log: listeningLog(),
    meter,
  };
});

const saying = (overrides: Parameters<typeof agentState>[0], at?: number) =>
  fromAgent(agent, packed(agentState(overrides)), at === undefined ? {} : { at });
const holdsHead = () => ({ applied: { ...head.version, hash: head.hash } });
const pick = ({ cluster: id, refresh }: PolicyEvent) => ({ cluster: id, ...(refresh && { refresh }) });
const asked = () =>
  sqs.commandCalls(SendMessageBatchCommand).flatMap(({ args: [{ input }] }) =>
    (input.Entries ?? []).map(({ MessageBody = '', MessageGroupId }) => ({
      group: MessageGroupId,
      ...pick(policyEventSchema.parse(JSON.parse(MessageBody))),
    })),
  );

describe('what an agent says of itself', () => {
  it('is noted with the moment at which the broker took it', async () => {
    const at = Date.UTC(2026, 10, 24, 13);
    await expect(noteAgentStates(notes, [saying({ ...holdsHead(), ackedThrough: 9 }, at)])).resolves.toEqual(
      [],
    );
    expect(await readAgentState(tables.control, cluster)).toMatchObject({
      seen: new Date(at),
      state: { ackedThrough: 9 },
    });
  });

  it('asks for nothing where the agent holds the head', async () => {
    await noteAgentStates(notes, [saying(holdsHead())]);
    expect(asked()).toEqual([]);
  });

  it('asks for nothing where the agent keeps the head and can’t apply it', async () => {
    await noteAgentStates(notes, [saying({ applied: null, held: holdsHead().applied })]);
    expect(asked()).toEqual([]);
  });

  it.each<[string, () => Parameters<typeof agentState>[0]]>([
    ['nothing', () => ({ applied: null })],
    ['nothing any more, and says so', () => ({ applied: null, held: null })],
    ['an older one than it should keep', () => ({ applied: null, held: { ...holdsHead().applied, n: 7 } })],
    ['another version', () => ({ applied: { epoch: 1, n: 7, hash: head.hash } })],
    ['another content', () => ({ applied: { ...head.version, hash: 'f'.repeat(64) } })],
  ])('asks for a policy where the agent holds %s', async (_, state) => {
    await noteAgentStates(notes, [saying(state())]);
    expect(asked()).toEqual([{ group: String(cluster), cluster }]);
  });

  it('asks for a policy where none was built yet', async () => {
    cluster += 1;
    agent = await enrol(tables.control, cluster);
    await noteAgentStates(notes, [saying({ applied: null })]);
    expect(asked()).toEqual([{ group: String(cluster), cluster }]);
  });

  describe('of its spool', () => {
    const headAt = async (...marks: SegmentMark[]) => {
      const accounts = marks.map((through, at) => ({
        account: `chem${at}`,
        locked: false,
        members: [],
        baseline: 0,
        credits: 0,
        grants: [],
        runsTotal: 0,
        through,
      }));
      const next = { ...head.policy, version: { epoch: 1, n: head.version.n + 1 }, accounts };
      head = await writePolicyHead(tables.control, next, head, ulid());
    };
    const spool = (segments: number) => ({ spool: { segments, bytes: 1 } });

    it('brings figures back where it was acknowledged less than they hold: it sends all again', async () => {
      await headAt({ epoch: 1, segment: 4 }, { epoch: 1, segment: 9 });
      await noteAgentStates(notes, [saying({ ...holdsHead(), ackedThrough: 8 })]);
      expect(asked()).toEqual([{ group: String(cluster), cluster, refresh: true }]);
    });

    it('brings figures forward once all that a new agent read is stored', async () => {
      await headAt({ epoch: 1, segment: 0 }, { epoch: 1, segment: 3 });
      await noteAgentStates(notes, [saying({ ...holdsHead(), ackedThrough: 7, ...spool(2) })]);
      expect(asked()).toEqual([]);
      await noteAgentStates(notes, [saying({ ...holdsHead(), ackedThrough: 9, ...spool(0) })]);
      expect(asked()).toEqual([{ group: String(cluster), cluster, refresh: true }]);
    });

    it('brings figures forward once all that it wrote under an enrolment before is stored', async () => {
      await headAt({ epoch: 1, segment: 5 }, { epoch: 1, segment: 7 });
      const carried = { ...holdsHead(), carriedThrough: 8, ...spool(1) };
      await noteAgentStates(notes, [saying({ ...carried, ackedThrough: 7 })]);
      expect(asked()).toEqual([]);
      await noteAgentStates(notes, [saying({ ...carried, ackedThrough: 8 })]);
      expect(asked()).toEqual([{ group: String(cluster), cluster, refresh: true }]);
      sqs.resetHistory();
      await headAt({ epoch: 1, segment: 8 }, { epoch: 1, segment: 8 });
      await noteAgentStates(notes, [saying({ ...holdsHead(), carriedThrough: 8, ackedThrough: 9 })]);
      expect(asked()).toEqual([]);
    });

    it('changes nothing where figures stand at a mark of its own', async () => {
      await headAt({ epoch: 1, segment: 4 }, { epoch: 1, segment: 9 });
      await noteAgentStates(notes, [saying({ ...holdsHead(), ackedThrough: 9 })]);
      expect(asked()).toEqual([]);
    });

    it('brings figures forward that were built before it had said anything, once its past is stored', async () => {
      await headAt({ epoch: 0, segment: 5 }, { epoch: 1, segment: 3 });
      await noteAgentStates(notes, [saying({ ...holdsHead(), ackedThrough: 0 })]);
      await headAt({ epoch: 0, segment: 5 }, { epoch: 0, segment: 5 });
      await noteAgentStates(notes, [saying({ ...holdsHead(), ackedThrough: 0 })]);
      expect(asked()).toEqual([{ group: String(cluster), cluster, refresh: true }]);
      sqs.resetHistory();
      await noteAgentStates(notes, [saying({ ...holdsHead(), ackedThrough: 9 })]);
      expect(asked()).toEqual([{ group: String(cluster), cluster, refresh: true }]);
    });
  });

  describe('where it has no numbers for segments', () => {
    const given = () =>
      iot.commandCalls(PublishCommand).map(({ args: [{ input }] }) => ({
        topic: input.topic,
        ...numbersMessageSchema.parse(JSON.parse(String(input.payload))),
      }));
    const firsts = () => given().map(({ numbers: { first } }) => first);
    const asks = async (...sessions: string[]) => {
      for (const session of sessions)
        await expect(noteAgentStates(notes, [saying({ ...holdsHead(), session })])).resolves.toEqual([]);
    };
    const rise = () =>
      firsts().every((first, at) => at === 0 || first > (given()[at - 1]?.numbers.last ?? 0));

    it('gives numbers to the session that asks, and to no other', async () => {
      await noteAgentStates(notes, [saying(holdsHead())]);
      expect(given()).toEqual([]);
      await asks('one');
      const numbers = numbersOfSession(now.getTime() - Date.UTC(2026, 0));
      expect(given()).toEqual([
        { topic: `keystone/${agent.thing}/ack`, v: 1, session: 'one', numbers, former: 0 },
      ]);
      expect((await readAgentState(tables.control, cluster))?.state).not.toHaveProperty('session');
    });

    it('gives higher ones to each session, also in one moment and where its own clock goes back', async () => {
      await asks('one', 'two');
      now = new Date(now.getTime() - 3_600_000);
      await asks('three');
      now = new Date(now.getTime() + 7_200_000);
      await asks('four');
      expect([given().length, rise()]).toEqual([4, true]);
    });

    it('tells a session which one was before it, and one that asks again the same', async () => {
      await asks('one', 'two');
      now = new Date(now.getTime() + 1_000);
      await asks('two', 'three');
      const [one, two, again] = firsts();
      expect(again).toBe(two);
      expect(given().map(({ former }) => former)).toEqual([0, one, one, two]);
    });

    it('numbers sessions that ask at once one after another', async () => {
      const names = ['one', 'two', 'three'];
      const failed = await Promise.all(
        names.map((session) => noteAgentStates(notes, [saying({ ...holdsHead(), session })])),
      );
      expect(failed).toEqual([[], [], []]);
      expect(new Set(firsts()).size).toBe(3);
      const [first = 0, second = 0] = firsts().toSorted((a, b) => a - b);
      expect(
        given()
          .map(({ former }) => former)
          .toSorted((a, b) => a - b),
      ).toEqual([0, first, second]);
    });

    it('gives none twice after the table was restored from a backup', async () => {
      await asks('one', 'two');
      await tables.control.client.send(
        new DeleteItemCommand({
          TableName: tables.control.table,
          Key: { pk: { S: `CL#${cluster}` }, sk: { S: 'AGENT#SESSIONS' } },
        }),
      );
      now = new Date(now.getTime() + 1_000);
      await asks('three');
      expect([given().length, rise()]).toEqual([3, true]);
    });

    it('comes again where they could not be sent', async () => {
      iot.on(PublishCommand).rejectsOnce(new Error('away'));
      const message = saying({ ...holdsHead(), session: 'one' });
      await expect(noteAgentStates(notes, [message])).resolves.toEqual([message.messageId]);
      await expect(noteAgentStates(notes, [message])).resolves.toEqual([]);
      expect(given().at(-1)).toMatchObject({ session: 'one' });
    });
  });

  it('does not replace what it said later', async () => {
    const at = Date.UTC(2026, 10, 24, 13);
    await noteAgentStates(notes, [saying({ ackedThrough: 9 }, at)]);
    await noteAgentStates(notes, [saying({ ackedThrough: 3 }, at - 1)]);
    expect((await readAgentState(tables.control, cluster))?.state.ackedThrough).toBe(9);
    expect(asked()).toHaveLength(1);
  });

  describe('in reports of one run', () => {
    const at = Date.UTC(2026, 10, 24, 13);
    const report = (count: number, run = 'a') => ({ ackedThrough: count, report: { run, count } });
    const noted = async () => (await readAgentState(tables.control, cluster))?.state.ackedThrough;

    it.each([
      ['in the same moment', at],
      ['later', at + 40],
    ])('is not replaced by an earlier one that the broker stamped %s', async (_, stamped) => {
      await noteAgentStates(notes, [saying(report(9), at)]);
      await noteAgentStates(notes, [saying(report(8), stamped)]);
      expect(await noted()).toBe(9);
      expect(asked()).toHaveLength(1);
    });

    it('is replaced by a later one that the broker stamped earlier', async () => {
      await noteAgentStates(notes, [saying(report(8), at)]);
      await noteAgentStates(notes, [saying(report(9), at - 40)]);
      expect(await noted()).toBe(9);
    });

    it('is replaced by the next run, which counts anew, and by an agent that does not count', async () => {
      await noteAgentStates(notes, [saying(report(9), at)]);
      await noteAgentStates(notes, [saying(report(1, 'b'), at + 1)]);
      expect(await noted()).toBe(1);
      await noteAgentStates(notes, [saying(report(10), at)]);
      expect(await noted()).toBe(1);
      await noteAgentStates(notes, [saying({ ackedThrough: 2 }, at + 2)]);
      expect(await noted()).toBe(2);
      await noteAgentStates(notes, [saying(report(3, 'c'), at + 3)]);
      expect(await noted()).toBe(3);
    });
  });

  it('comes again where the question could not be sent', async () => {
    sqs.on(SendMessageBatchCommand).rejects(new Error('away'));
    const message = saying({ applied: null });
    await expect(noteAgentStates(notes, [message])).resolves.toEqual([message.messageId]);
    sqs.on(SendMessageBatchCommand).resolves({});
    await expect(noteAgentStates(notes, [message])).resolves.toEqual([]);
    expect(asked()).toHaveLength(2);
  });

  it.each<[string, () => ReturnType<typeof saying>]>([
    ['from another client', () => fromAgent(agent, packed(agentState()), { client: 'another' })],
    ['under another certificate', () => fromAgent(agent, packed(agentState()), { principal: 'another' })],
    ['of an epoch that it was not given', () => saying({ epoch: 2 })],
    ['that is no state', () => fromAgent(agent, packed({ v: 1 }))],
    ['that is no gzip', () => fromAgent(agent, Buffer.from('plain').toString('base64'))],
    ['that is no envelope', () => ({ messageId: 'a', body: 'plain' })],
  ])('is not believed and does not come again: a word %s', async (_, message) => {
    await expect(noteAgentStates(notes, [message(), saying(holdsHead())])).resolves.toEqual([]);
    expect(meter.sums.get('StateRefused')).toBe(1);
    expect(asked()).toEqual([]);
    expect((await readAgentState(tables.control, cluster))?.state.epoch).toBe(1);
  });
});
