import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { isSenderOf, readAgent } from '@keystone/shared/store/agents/agent-records.ts';
import { httpHandler } from '../edge/http-handler.ts';
import { badField } from '../http/refusals.ts';
import { startApiWorld, type ApiWorld } from '../testing/api-world.ts';
import { once } from '../testing/meeting-point.ts';
import { at, numberAt, TestClient } from '../testing/test-client.ts';
import type { DeviceRegistry } from './device-registry.ts';
import { enrolAgent, type EnrolDependencies } from './enrol-agent.ts';

let world: ApiWorld;
let cluster: number;
let broker: Broker;

/** A broker's registry that remembers who may connect, and fails where the test says. */
interface Broker extends DeviceRegistry {
  active: Set<string>;
  attached: Map<string, string>;
  /** Happens between the commit and the certificate's beginning. */
  beforeActivated: () => Promise<void>;
  failAt: 'certify' | 'attach' | 'activate' | 'retire' | 'endpoint' | undefined;
}

function fakeBroker(): Broker {
  let made = 0;
  const step = (name: Broker['failAt']) => {
    if (own.failAt === name) throw new Error(`the broker failed at ${name}`);
  };
  const own: Broker = {
    active: new Set(),
    attached: new Map(),
    failAt: undefined,
    beforeActivated: async () => undefined,
    certify: async (csr) => {
      step('certify');
      if (csr.includes('BROKEN')) throw badField('csr', 'is no certificate request');
      made += 1;
      return {
        id: `cert${made}`,
        arn: `arn:aws:iot:eu-west-1:000000000000:cert/cert${made}`,
        pem: `PEM ${made}`,
      };
    },
    attach: async (thing, arn) => {
      step('attach');
      own.attached.set(arn, thing);
    },
    activate: async (arn) => {
      await own.beforeActivated();
      step('activate');
      own.active.add(arn);
    },
    retire: async (_thing, arn) => {
      step('retire');
      own.active.delete(arn);
      own.attached.delete(arn);
    },
    endpoint: async () => {
      step('endpoint');
      return { host: 'broker.test', port: 8883 };
    },
  };
  return own;
}

const csr = `-----BEGIN CERTIFICATE REQUEST-----\n${'A'.repeat(200)}\n-----END CERTIFICATE REQUEST-----`;
const arnOf = (certificate: string) => `arn:aws:iot:eu-west-1:000000000000:cert/${certificate}`;

beforeAll(async () => {
  world = await startApiWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  const made = await world.admin.post('/allocations/clusters/', { name: `c${world.sources.ulid()}` });
  cluster = numberAt(made.body, 'id');
  broker = fakeBroker();
  world.sent();
});

async function newToken(): Promise<string> {
  const { body } = await world.admin.post(`/allocations/clusters/${cluster}/enrolment/`, {});
  return String(at(body, 'token'));
}

/** Through the function that has this path on AWS. */
async function enrol(token: string, request = csr) {
  const deps: EnrolDependencies = {
    ...world.deps,
    stage: 'test',
    registry: broker,
    brokerCa: 'CA',
  };
  const api = httpHandler(deps, (call) => enrolAgent(deps, call));
  const client = new TestClient({ api, signIn: api });
  return client.post('/agents/enrol/', { token, csr: request });
}

describe('enrolling an agent', () => {
  it('gives it a certificate, its thing, its topics and where the broker is', async () => {
    const answer = await enrol(await newToken());
    expect(answer).toMatchObject({
      status: 201,
      body: {
        thing: `keystone-test-${cluster}`,
        cluster: { id: cluster },
        epoch: 1,
        certificate: 'PEM 1',
        brokerCa: 'CA',
        endpoint: { host: 'broker.test', port: 8883 },
        zone: 'Europe/London',
      },
    });
    expect([...broker.active]).toEqual([arnOf('cert1')]);
    expect(world.sent()).toHaveLength(1);
    const known = await readAgent(world.deps.control, cluster);
    const sender = { client: `keystone-test-${cluster}`, principal: 'cert1' };
    expect(known && isSenderOf(known.agent, sender)).toBe(true);
    expect(known && isSenderOf(known.agent, { ...sender, principal: 'cert0' })).toBe(false);
    expect(known && isSenderOf(known.agent, { ...sender, client: 'keystone-test-0' })).toBe(false);
    expect((await world.admin.get(`/allocations/clusters/${cluster}/agent/`)).body).toMatchObject({
      enrolled: '2026-11-24T12:00:00.000Z',
      last_seen: null,
    });
  });

  it('makes a token that can stand as an argument of a command', async () => {
    expect(await newToken()).toMatch(/^[0-9a-f]{64}$/);
  });

  it('takes a token once, also from two at once', async () => {
    const token = await newToken();
    const answers = await Promise.all([enrol(token), enrol(token), enrol(token)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 403, 403]);
    expect(broker.active.size).toBe(1);
    expect((await enrol(token)).status).toBe(403);
    expect((await readAgent(world.deps.control, cluster))?.agent.epoch).toBe(1);
  });

  it('takes no token that is an hour old, or was never made', async () => {
    const token = await newToken();
    world.sources.clock.now = new Date(world.sources.clock.now.getTime() + 3_600_000);
    expect((await enrol(token)).status).toBe(403);
    expect((await enrol('x'.repeat(43))).status).toBe(403);
    expect(broker.attached.size).toBe(0);
    world.sources.clock.now = new Date(world.sources.clock.now.getTime() - 3_600_000);
  });

  it('takes no token of a cluster that was deleted', async () => {
    const token = await newToken();
    await world.admin.delete(`/allocations/clusters/${cluster}/`);
    expect((await enrol(token)).status).toBe(403);
    expect(broker.active.size).toBe(0);
  });

  it('again ends the certificate before, at the broker and for the workers', async () => {
    await enrol(await newToken());
    const again = await enrol(await newToken());
    expect(again.body).toMatchObject({ epoch: 2, certificate: 'PEM 2' });
    expect([...broker.active]).toEqual([arnOf('cert2')]);
    expect((await readAgent(world.deps.control, cluster))?.agent).toMatchObject({
      certificate: 'cert2',
      superseded: [],
    });
  });

  it('keeps the token where the certificate request is none', async () => {
    const token = await newToken();
    const refused = await enrol(token, csr.replace('AAAA', 'BROKEN'));
    expect(refused).toMatchObject({ status: 400, body: { errors: { csr: expect.anything() } } });
    expect((await enrol(token)).status).toBe(201);
  });

  it.each(['endpoint', 'certify', 'attach'] as const)(
    'that fails at %s leaves the token, and nothing to connect with',
    async (step) => {
      const token = await newToken();
      broker.failAt = step;
      expect((await enrol(token)).status).toBe(500);
      expect(broker.active.size).toBe(0);
      await expect(readAgent(world.deps.control, cluster)).resolves.toBeUndefined();
      broker.failAt = undefined;
      expect((await enrol(token)).status).toBe(201);
    },
  );

  it.each(['retire', 'activate'] as const)('that fails at %s is mended by another token', async (step) => {
    await enrol(await newToken());
    const token = await newToken();
    broker.failAt = step;
    expect((await enrol(token)).status).toBe(500);
    broker.failAt = undefined;
    expect((await enrol(token)).status).toBe(403);
    expect(await enrol(await newToken())).toMatchObject({ status: 201, body: { epoch: 3 } });
    expect([...broker.active]).toEqual([arnOf('cert3')]);
  });

  it('by two tokens at once leaves one certificate that connects: the one that counts', async () => {
    const tokens = [await newToken(), await newToken()];
    const answers = await Promise.all(tokens.map((token) => enrol(token)));
    const { agent } = (await readAgent(world.deps.control, cluster)) ?? {};
    expect(agent?.epoch).toBe(2);
    expect(answers.some(({ status, body }) => status === 201 && at(body, 'epoch') === 2)).toBe(true);
    expect([...broker.active]).toEqual([agent?.certificate_arn]);
  });

  it('that another overtook before it began is told, and cannot connect', async () => {
    const tokens = [await newToken(), await newToken()];
    let second: { status: number } | undefined;
    broker.beforeActivated = once(async () => {
      second = await enrol(tokens[1] ?? '');
    });
    const first = await enrol(tokens[0] ?? '');
    expect({ first: first.status, second: second?.status }).toEqual({ first: 409, second: 201 });
    const { agent } = (await readAgent(world.deps.control, cluster)) ?? {};
    expect([...broker.active]).toEqual([agent?.certificate_arn]);
  });

  it('keeps tokens and keys out of the log and the table', async () => {
    const token = await newToken();
    await enrol(token);
    const { ScanCommand } = await import('@aws-sdk/client-dynamodb');
    const { client, table } = world.tables.control;
    const { Items } = await client.send(new ScanCommand({ TableName: table }));
    expect(JSON.stringify(Items)).not.toContain(token);
    expect(world.logged.join('\n')).not.toContain(token);
    const { body } = await world.admin.get(`/allocations/clusters/${cluster}/`);
    expect(at(body, '_history')).toMatchObject([
      { changes: { agent_epoch: { before: null, after: 1 } }, _actor: null },
      { changes: { enrolment_token: expect.anything() }, _actor: { username: 'admin' } },
      { action: 'create' },
    ]);
  });
});
