import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { PublishCommand } from '@aws-sdk/client-iot-data-plane';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { nodeDisk } from '@keystone/agent/state/node-disk.ts';
import { writeEnrolment } from '@keystone/agent/state/state-folder.ts';
import { accountOf, config, partsOf, policyOf, runOf } from '@keystone/agent/testing/builders.ts';
import { appendRows } from '@keystone/agent/testing/file-scheduler.ts';
import { SessionNumbersDouble } from '@keystone/agent/testing/session-numbers-double.ts';
import { startLocalIot, type LocalIot } from '@keystone/local/services/iot/testing/local-iot.ts';
import { agentStateSchema, iotEnvelopeSchema, type AgentState } from '@keystone/shared/contracts/agent.ts';
import { usageMessageSchema, usageRecordSchema } from '@keystone/shared/contracts/usage.ts';
import { Child } from '../support/child.ts';
import { eventually } from '../support/eventually.ts';

const { topics, thing } = config;
const contentOf = (body: string): unknown => {
  const { data } = iotEnvelopeSchema.parse(JSON.parse(body));
  return JSON.parse(gunzipSync(Buffer.from(data, 'base64')).toString('utf8'));
};

/** The same moments in every run. */
const moments = Array.from({ length: 20 }, (_, index) => 200 + ((index * 7919) % 1300));

describe('an agent of its own process, over mutual TLS', () => {
  let iot: LocalIot;
  let folder: string;
  let rows: string;
  let agent: Child;
  let numbers: SessionNumbersDouble;

  beforeEach(async () => {
    numbers = new SessionNumbersDouble();
    iot = await startLocalIot();
    folder = await mkdtemp(join(tmpdir(), 'keystone-agent-'));
    rows = join(folder, 'rows.jsonl');
    const { certificate, key } = await iot.enrol(thing);
    const { mqtt: endpoint, ca: brokerCa } = iot.running;
    await writeEnrolment(nodeDisk(folder), { config: { ...config, endpoint }, certificate, key, brokerCa });
    serve();
    agent = start();
  });
  afterEach(async () => {
    await agent.signal('SIGKILL');
    await iot.stop();
    await rm(folder, { recursive: true });
  });

  const start = (place = folder): Child =>
    new Child('agent/testing/agent.process.ts', ['--mode', 'enforce', '--state-dir', place], {
      KEYSTONE_TEST_ROWS: rows,
    });
  /** Gives sessions their numbers, as the cloud does. */
  const serve = () =>
    iot.onSent((queueUrl, body) => {
      if (!queueUrl.endsWith('state')) return;
      const answer = numbers.answer(agentStateSchema.parse(contentOf(body)));
      // Who is gone again asks again.
      if (answer) publish(topics.ack, answer).catch(() => undefined);
    });
  const publish = (topic: string, message: unknown) =>
    iot.data.send(new PublishCommand({ topic, qos: 1, payload: Buffer.from(JSON.stringify(message)) }));
  const sent = (queue: string): unknown[] =>
    iot.sent.filter(({ queueUrl }) => queueUrl.endsWith(queue)).map(({ body }) => contentOf(body));
  const lastState = (): AgentState | undefined => agentStateSchema.safeParse(sent('state').at(-1)).data;
  const usage = () => sent('usage').map((message) => usageMessageSchema.parse(message));
  const idsInLedger = (): Set<number> =>
    new Set(
      usage().flatMap(({ records }) => records.map((record) => usageRecordSchema.parse(record).jobIdRaw)),
    );
  const endsNow = (id: number) => runOf(id, { end: Math.floor(Date.now() / 1000) });

  it('applies the policy that it is sent in parts, and reports it', async () => {
    await eventually(() => lastState(), { what: 'the first state' });
    const policy = policyOf(1, [accountOf('chem')]);
    for (const part of partsOf(policy)) await publish(topics.policy, part);
    await eventually(() => lastState()?.applied?.n === 1, { what: 'the policy as applied' });
    expect(lastState()?.problems).toEqual([]);
  }, 60_000);

  it('sends runs until they are named, also to a broker that went and came back', async () => {
    appendRows(rows, [endsNow(1)]);
    await eventually(() => idsInLedger().has(1), { what: 'the first run' });
    const segments = usage().map(({ segment }) => segment);
    await publish(topics.ack, { v: 1, epoch: 1, segments });
    await agent.says(/spool\.stored/);
    const before = iot.sent.length;
    iot = await iot.restart();
    serve();
    expect(before).toBeGreaterThan(0);
    await eventually(() => lastState()?.ackedThrough === segments.at(-1), {
      what: 'the state after the restart',
    });
    expect(usage()).toEqual([]);
  }, 90_000);

  it('lets no second one run beside it, and ends in order', async () => {
    await agent.says(/agent\.started/);
    const second = start();
    expect(await second.ended()).toBe(1);
    expect(second.said).toContain('an agent runs on');
    await eventually(() => lastState(), { what: 'the first state' });
    expect(await agent.signal('SIGTERM')).toBe(0);
    expect(agent.said).toContain('agent.stopped');
    agent = start();
    await agent.says(/agent\.started/);
  }, 60_000);

  it('reports that another one runs under its name on another machine', async () => {
    await eventually(() => lastState(), { what: 'the first state' });
    const elsewhere = await mkdtemp(join(tmpdir(), 'keystone-twin-'));
    await cp(folder, elsewhere, { recursive: true });
    await rm(join(elsewhere, 'agent.pid'), { force: true });
    const twin = start(elsewhere);
    try {
      const isReported = () => lastState()?.problems.some(({ code }) => code === 'connection-unstable');
      await eventually(isReported, { what: 'the word of two under one name', withinMs: 60_000 });
    } finally {
      await twin.signal('SIGKILL');
      await rm(elsewhere, { recursive: true });
    }
  }, 90_000);

  it('that is killed at twenty moments loses no run and sends none twice in a segment', async () => {
    let next = 1;
    for (const moment of moments) {
      const batch = Array.from({ length: 130 }, (_, index) => endsNow(next + index));
      next += batch.length;
      appendRows(rows, batch);
      await pause(moment);
      await agent.signal('SIGKILL');
      const named = usage()
        .slice(-3)
        .map(({ segment }) => segment);
      agent = start();
      if (named.length > 0) await publish(topics.ack, { v: 1, epoch: 1, segments: named });
    }
    await eventually(() => idsInLedger().size === next - 1, { what: `${next - 1} runs`, withinMs: 90_000 });
    const contents = new Map<number, string>();
    for (const { segment, records } of usage()) {
      const texts = records.map((record) => JSON.stringify(record));
      expect(new Set(texts).size).toBe(texts.length);
      expect(contents.get(segment) ?? texts.join()).toBe(texts.join());
      contents.set(segment, texts.join());
    }
    // No run is in two segments either: none of them changed.
    expect([...contents.values()].join().match(/"jobIdRaw":/g)?.length).toBe(next - 1);
  }, 240_000);
});
