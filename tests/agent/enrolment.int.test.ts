import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import {
  AttachPolicyCommand,
  AttachThingPrincipalCommand,
  CreateCertificateFromCsrCommand,
  CreateThingCommand,
} from '@aws-sdk/client-iot';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { config } from '@keystone/agent/testing/builders.ts';
import { startLocalIot, type LocalIot } from '@keystone/local/services/iot/testing/local-iot.ts';
import { enrolmentRequestSchema, type EnrolmentResponse } from '@keystone/shared/contracts/agent.ts';
import { Child, root } from '../support/child.ts';
import { eventually } from '../support/eventually.ts';

const token = 'a-token-that-is-good-for-one-use';

/** The agent's command against a broker whose authority signs what the agent asks for. */
describe('the enrolment of an agent', () => {
  let iot: LocalIot;
  let api: Server;
  let url: string;
  let folder: string;
  let cluster: number;
  let asked: number;

  beforeEach(async () => {
    cluster = config.cluster.id;
    asked = 0;
    iot = await startLocalIot();
    api = createServer((request, response) => {
      void text(request).then(async (body) => {
        expect(request.url).toBe('/api/agents/enrol/');
        response.setHeader('content-type', 'application/json').end(JSON.stringify(await enrol(body)));
      });
    });
    api.listen(0, '127.0.0.1');
    await once(api, 'listening');
    const address = api.address();
    url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/api`;
    folder = join(await mkdtemp(join(tmpdir(), 'keystone-enrol-')), 'state');
  });
  afterEach(async () => {
    api.close();
    await iot.stop();
    await rm(join(folder, '..'), { recursive: true });
  });

  const enrol = async (body: string): Promise<EnrolmentResponse> => {
    asked += 1;
    const request = enrolmentRequestSchema.parse(JSON.parse(body));
    expect(request.token).toBe(token);
    const { thing, topics, zone } = config;
    await iot.control.send(new CreateThingCommand({ thingName: thing }));
    const made = await iot.control.send(
      new CreateCertificateFromCsrCommand({ certificateSigningRequest: request.csr, setAsActive: true }),
    );
    const principal = made.certificateArn;
    await iot.control.send(
      new AttachPolicyCommand({ policyName: 'keystone-local-agent', target: principal }),
    );
    await iot.control.send(new AttachThingPrincipalCommand({ thingName: thing, principal }));
    return {
      thing,
      topics,
      zone,
      epoch: 1,
      cluster: { id: cluster, name: 'aurora' },
      certificate: made.certificatePem ?? '',
      brokerCa: iot.running.ca,
      endpoint: iot.running.mqtt,
    };
  };
  const agent = (args: string[]): Child =>
    new Child('agent/bin/keystone-agent.ts', args, { PATH: '/nowhere', KEYSTONE_STATE_DIR: folder });
  const enrolling = (...more: string[]): Child => agent(['enrol', '--url', url, '--token', token, ...more]);

  it('leaves a key for its user alone, and a certificate that the broker lets in', async () => {
    const conf = join(folder, '../slurm.conf');
    await writeFile(conf, '');
    // From where the command is given; Slurm's programs run elsewhere.
    const first = enrolling('--slurm-conf', relative(root, conf));
    expect([await first.ended(), first.said]).toEqual([
      0,
      expect.stringContaining('Enrolled as keystone-local-7'),
    ]);
    expect(first.said).not.toContain(token);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect((await stat(join(folder, 'key.pem'))).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(join(folder, 'config.json'), 'utf8'))).toMatchObject({
      thing: config.thing,
      scheduler: { kind: 'slurm', conf },
    });
    const running = agent(['run']);
    await running.says(/cloud\.connected/);
    await eventually(() => iot.sent.length > 0, { what: 'the first state' });
    expect(await running.signal('SIGTERM')).toBe(0);
    expect(running.said).not.toContain('status.write-failed');
  }, 60_000);

  it('keeps its token where slurm.conf is not where it was said to be', async () => {
    const wrong = enrolling('--slurm-conf', '/nowhere/slurm.conf');
    expect([await wrong.ended(), wrong.said]).toEqual([
      2,
      expect.stringContaining('there is no /nowhere/slurm.conf'),
    ]);
    expect(asked).toBe(0);
    const place = agent(['enrol', '--url', url, '--token', token, '--state-dir', `${folder}-other`]);
    expect(await place.ended()).toBe(0);
    expect(place.said).toContain(`Next: keystone-agent doctor --state-dir ${folder}-other`);
  }, 60_000);

  it('is not written over, save by force, and never for another cluster', async () => {
    expect(await enrolling().ended()).toBe(0);
    const again = enrolling();
    expect([await again.ended(), again.said]).toEqual([1, expect.stringContaining('--force')]);
    expect(await enrolling('--force').ended()).toBe(0);
    cluster = 8;
    const other = enrolling('--force');
    expect([await other.ended(), other.said]).toEqual([1, expect.stringContaining('belongs to cluster 7')]);
  }, 60_000);

  it('is what doctor and status speak of; without a scheduler enforcing is impossible', async () => {
    const before = agent(['doctor']);
    expect([await before.ended(), before.said]).toEqual([
      1,
      expect.stringContaining('not enrolled here yet'),
    ]);
    expect(await enrolling().ended()).toBe(0);
    const doctor = agent(['doctor']);
    expect(await doctor.ended()).toBe(1);
    expect(doctor.said).toMatch(/answers over TLS/);
    expect(doctor.said).toMatch(/^fatal /m);
    const status = agent(['status', '--json']);
    expect(await status.ended()).toBe(0);
    expect(JSON.parse(status.said)).toMatchObject({ cluster: 'aurora', running: null, applied: null });
  }, 60_000);
});
