import { EventEmitter, once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AttachPolicyCommand,
  AttachThingPrincipalCommand,
  CreateCertificateFromCsrCommand,
  CreateThingCommand,
  IoTClient,
} from '@aws-sdk/client-iot';
import { IoTDataPlaneClient } from '@aws-sdk/client-iot-data-plane';
import type { IotOptions, RoleCall, RunningIot } from '../iot-options.ts';
import { startIot } from '../start-iot.ts';
import { deviceRequestOf } from './device-request-of.ts';
import { projectPolicy } from './project-policy.ts';

const columns =
  "SELECT encode(*, 'base64') AS data, topic(2) AS thing, clientid() AS client, principal() AS principal, timestamp() AS at";

export interface Enrolled {
  readonly thing: string;
  readonly certificateId: string;
  readonly certificateArn: string;
  readonly certificate: string;
  readonly key: string;
}

export interface LocalIot {
  readonly stateDir: string;
  readonly running: RunningIot;
  readonly control: IoTClient;
  readonly data: IoTDataPlaneClient;
  /** What the rules put on queues. */
  readonly sent: { queueUrl: string; body: string }[];
  /** What the service said of refusals. */
  readonly lines: string[];
  readonly calls: RoleCall[];
  enrol(thing: string): Promise<Enrolled>;
  /** Hears of each from now on. */
  onSent(listener: (queueUrl: string, body: string) => void): void;
  /** Resolves when a rule has put a device's payload on a queue. */
  arrived(payload: string): Promise<void>;
  /** Stops and starts on the same folder. */
  restart(): Promise<LocalIot>;
  stop(): Promise<void>;
}

/** Starts the service with the project's policy and rules, and a client of each kind. */
export const startLocalIot = async (
  options: Partial<IotOptions> = {},
  folder?: string,
): Promise<LocalIot> => {
  const stateDir = folder ?? (await mkdtemp(join(tmpdir(), 'local-iot-')));
  const sent: LocalIot['sent'] = [];
  const arrivals = new EventEmitter();
  const lines: string[] = [];
  const calls: RoleCall[] = [];
  const running = await startIot({
    stateDir,
    policies: [projectPolicy],
    rules: ['usage', 'state'].map((kind) => ({
      name: `keystone_local_${kind}`,
      sql: `${columns} FROM 'keystone/+/${kind}'`,
      actions: [{ sqs: { queueUrl: `http://queues/${kind}`, useBase64: false } }],
    })),
    send: async (queueUrl, body) => {
      sent.push({ queueUrl, body });
      arrivals.emit('body', body, queueUrl);
    },
    authorise: (call) => {
      calls.push(call);
      return { allowed: true };
    },
    log: (line) => void lines.push(line),
    ...options,
  });
  const client = {
    region: 'eu-west-1',
    endpoint: running.controlEndpoint,
    credentials: { accessKeyId: 'LOCALENROL', secretAccessKey: 'unused' },
    maxAttempts: 1,
  };
  const control = new IoTClient(client);
  const data = new IoTDataPlaneClient(client);
  const close = async (): Promise<void> => {
    control.destroy();
    data.destroy();
    await running.close();
  };
  return {
    stateDir,
    running,
    control,
    data,
    sent,
    lines,
    calls,
    onSent: (listener) => void arrivals.on('body', (body, queueUrl) => listener(queueUrl, body)),
    arrived: async (payload) => {
      const data = JSON.stringify(Buffer.from(payload).toString('base64'));
      while (!sent.some(({ body }) => body.includes(data))) await once(arrivals, 'body');
    },
    enrol: async (thing) => await enrol(control, thing),
    restart: async () => {
      await close();
      return await startLocalIot(options, stateDir);
    },
    stop: async () => {
      await close();
      await rm(stateDir, { recursive: true });
    },
  };
};

const enrol = async (control: IoTClient, thing: string): Promise<Enrolled> => {
  const { csr, key } = await deviceRequestOf(thing);
  await control.send(new CreateThingCommand({ thingName: thing }));
  const { certificateId, certificateArn, certificatePem } = await control.send(
    new CreateCertificateFromCsrCommand({ certificateSigningRequest: csr, setAsActive: true }),
  );
  if (!certificateId || !certificateArn || !certificatePem) throw new Error('no certificate came back');
  await control.send(new AttachPolicyCommand({ policyName: projectPolicy.name, target: certificateArn }));
  await control.send(new AttachThingPrincipalCommand({ thingName: thing, principal: certificateArn }));
  return { thing, certificateId, certificateArn, certificate: certificatePem, key };
};
