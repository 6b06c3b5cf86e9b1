import { IoTDataPlaneClient, PublishCommand } from '@aws-sdk/client-iot-data-plane';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ackMessageSchema, numbersMessageSchema } from '@keystone/shared/contracts/usage.ts';
import { policyEventSchema } from '@keystone/shared/contracts/events.ts';
import type { AgentRecord } from '@keystone/shared/store/agents/agent-records.ts';
import { readAgentState } from '@keystone/shared/store/agents/agent-records.ts';
import { readBalances } from '@keystone/shared/store/ledger/balance-reader.ts';
import { checkLedger } from '@keystone/shared/store/ledger/ledger-invariants.ts';
import { readPolicyHead } from '@keystone/shared/store/agents/policy-heads.ts';
import { readQuarantine } from '@keystone/shared/store/ledger/quarantine.ts';
import { crashAt, type Crash } from '@keystone/shared/store/testing/crash.ts';
import { startMemoryTables, type MemoryTables } from '@keystone/shared/store/testing/memory-tables.ts';
import { tappedClient } from '@keystone/shared/store/testing/tapped-client.ts';
import { testSources } from '@keystone/shared/store/testing/test-sources.ts';
import { usageRecord, ZONE } from '@keystone/shared/store/testing/usage-records.ts';
import { mockClient } from 'aws-sdk-client-mock';
import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { bringPolicies } from './bring-policies.ts';
import { noteAgentStates } from './note-agent-states.ts';
import type { QueuedMessage } from './sqs-batch.ts';
import { storeUsage } from './store-usage.ts';
import { enrol, fromAgent, packed, STAGE } from './testing/agent-messages.ts';
import { agentState } from './testing/agent-state.ts';
import { listeningLog, listeningMeter } from './testing/listeners.ts';
import { policyFrom, publishedParts } from './testing/received-policies.ts';
import { grant, world } from './testing/world.ts';

let tables: MemoryTables;
const iot = mockClient(IoTDataPlaneClient);
const sqs = mockClient(SQSClient);
const sources = testSources();

beforeAll(async () => {
  tables = await startMemoryTables();
});
afterAll(() => tables.close());

/** A function with its own connections, which may die at any of its calls. */
function processThat(crash: Crash) {
  const client = tappedClient(tables.control.client, (_, perform) => crash.call(perform));
  iot.on(PublishCommand).callsFake(() => crash.call(async () => ({})));
  sqs.on(SendMessageBatchCommand).callsFake(() => crash.call(async () => ({})));
  return {
    control: { ...tables.control, client },
    ledger: { ...tables.ledger, client },
    sources,
    broker: { iot: new IoTDataPlaneClient({ region: 'eu-west-1' }), stage: STAGE },
    queue: { sqs: new SQSClient({ region: 'eu-west-1' }), policyQueueUrl: 'https://queue' },
    newCid: randomUUID,
    zone: ZONE,
    log: listeningLog(),
    meter: listeningMeter(),
  };
}
type Process = ReturnType<typeof processThat>;

/** What a worker is to do with a cluster of its own. */
interface Work {
  messages: QueuedMessage[];
  run(process: Process, messages: readonly QueuedMessage[]): Promise<string[]>;
  /** After the death: whatever went out is true already. */
  noGhosts(): Promise<void>;
  /** After the messages came again. */
  allDone(): Promise<void>;
}

const publications = () => iot.commandCalls(PublishCommand).map(({ args: [{ input }] }) => input);

/**
 * Lets a worker die at each of its points, once before and once after each call, and then delivers its messages again as
 * the queue does.
 */
async function atEveryPoint(name: string, prepare: () => Promise<Work>): Promise<void> {
  let points = Infinity;
  let deliveries = 0;
  for (let at = 0; at <= points; at += 1) {
    const { messages, run, noGhosts, allDone } = await prepare();
    iot.resetHistory();
    sqs.resetHistory();
    const crash = crashAt(at);
    const failed = await run(processThat(crash), messages);
    // The last round counts the points, and nothing dies in it.
    if (crash.points <= at) points = Math.min(points, at);
    await noGhosts();
    const sent = publications().length + sqs.commandCalls(SendMessageBatchCommand).length;
    const died = crash.points > at;
    if (died) expect(await run(processThat(crashAt(Infinity)), messages)).toEqual([]);
    else expect(failed).toEqual([]);
    await allDone();
    const again = publications().length + sqs.commandCalls(SendMessageBatchCommand).length - sent;
    if (died && sent > 0) deliveries = Math.max(deliveries, again);
  }
  process.stdout.write(
    `${JSON.stringify({ worker: name, crashPoints: `${points}/${points}`, deliveries })}\n`,
  );
  expect(points).toBeGreaterThan(3);
}

let nextCluster = 0;

async function usageWork(): Promise<Work> {
  nextCluster += 1;
  const cluster = nextCluster;
  const agent: AgentRecord = await enrol(tables.control, cluster);
  const rows = (first: number, count: number) =>
    Array.from({ length: count }, (_, index) => usageRecord({ jobIdRaw: first + index }));
  const segment = (number: number, records: unknown[]) =>
    fromAgent(agent, packed({ v: 1, epoch: 1, segment: number, records }));
  const jobs = async () => (await readBalances(tables.ledger, [{ cluster, account: 'chem' }]))[0]?.jobs ?? 0;
  return {
    messages: [segment(1, rows(1, 3)), segment(2, [...rows(10, 2), { no: 'row' }]), segment(3, rows(20, 1))],
    run: storeUsage,
    async noGhosts() {
      if (publications().length === 0) return;
      expect(await jobs()).toBe(6);
      expect(await readQuarantine(tables.ledger, cluster)).toHaveLength(1);
    },
    async allDone() {
      expect(await jobs()).toBe(6);
      expect(await readQuarantine(tables.ledger, cluster)).toHaveLength(1);
      const acks = publications().map(({ payload }) => {
        const text = new TextDecoder().decode(z.instanceof(Uint8Array).parse(payload));
        return ackMessageSchema.parse(JSON.parse(text)).segments;
      });
      // One call that was cut off, and one when the messages came again.
      expect(acks.length).toBeLessThanOrEqual(2);
      expect(acks.at(-1)).toEqual([1, 2, 3]);
    },
  };
}

async function policyWork(): Promise<Work> {
  const people = world(tables.control, sources);
  const cluster = await people.addCluster();
  nextCluster = Math.max(nextCluster, cluster);
  const slug = `team-${cluster}`;
  const team = await people.addTeam(slug);
  await people.addMember(team, 'alice');
  await people.award(cluster, slug, team, [grant()]);
  await enrol(tables.control, cluster);
  const head = () => readPolicyHead(tables.control, cluster);
  return {
    messages: [
      { messageId: randomUUID(), body: JSON.stringify({ type: 'policy', cluster, cid: randomUUID() }) },
    ],
    run: bringPolicies,
    async noGhosts() {
      if (publications().length > 0) expect(await head()).toBeDefined();
    },
    async allDone() {
      const built = await head();
      expect(built?.version).toEqual({ epoch: 1, n: 1 });
      const parts = publishedParts(publications());
      expect(parts.length).toBeLessThanOrEqual(2);
      const last = parts.at(-1);
      expect(last && policyFrom([last])).toEqual(built?.policy);
      expect(built?.policy.accounts).toMatchObject([{ account: slug, members: ['alice'] }]);
    },
  };
}

async function stateWork(): Promise<Work> {
  nextCluster += 1;
  const cluster = nextCluster;
  const agent = await enrol(tables.control, cluster);
  return {
    messages: [fromAgent(agent, packed(agentState({ ackedThrough: 5, session: 'one' })))],
    run: noteAgentStates,
    async noGhosts() {
      if (sqs.commandCalls(SendMessageBatchCommand).length > 0)
        expect((await readAgentState(tables.control, cluster))?.state.ackedThrough).toBe(5);
    },
    async allDone() {
      expect((await readAgentState(tables.control, cluster))?.state.ackedThrough).toBe(5);
      const given = publications().map(({ payload }) =>
        numbersMessageSchema.parse(JSON.parse(String(payload))),
      );
      expect(given.length).toBeGreaterThan(0);
      expect(new Set(given.map(({ numbers: { first } }) => first)).size).toBe(1);
      const events = sqs
        .commandCalls(SendMessageBatchCommand)
        .map(({ args: [{ input }] }) =>
          policyEventSchema.parse(JSON.parse(input.Entries?.[0]?.MessageBody ?? '')),
        );
      expect(events.length).toBeGreaterThan(0);
      expect(events.length).toBeLessThanOrEqual(2);
      expect(events).toEqual(events.map(() => expect.objectContaining({ cluster })));
    },
  };
}

describe('a worker that dies at any point, and whose messages come again,', () => {
  it('stores each run once, and acknowledges what is stored', async () => {
    await atEveryPoint('store-usage', usageWork);
    expect((await checkLedger(tables.ledger)).violations).toEqual([]);
  }, 60_000);

  it('makes one version of a policy, and sends it', async () => {
    await atEveryPoint('bring-policies', policyWork);
  }, 60_000);

  it('notes what an agent said, and asks for the policy that it lacks', async () => {
    await atEveryPoint('note-agent-states', stateWork);
  }, 60_000);
});
