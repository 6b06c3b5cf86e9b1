import { once } from 'node:events';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { Aedes, type AedesPublishPacket, type Client } from 'aedes';
import { certificateIdOf } from '../authority/certificate-authority.ts';
import { limits } from './limits.ts';
import type { Clock } from '../iot-options.ts';
import type { Registry } from '../registry/registry.ts';
import type { Device, DeviceMay } from './device-access.ts';
import { connectGate } from './connect-gate.ts';
import { gatePackets } from './packet-gate.ts';
import { perSecond, type Take } from './rate-limit.ts';
import { sessionExpiry } from './session-expiry.ts';

/** A message as the rules see it. */
export interface Message {
  readonly topic: string;
  readonly payload: Buffer;
  /** What `clientid()` and `principal()` say: of a device, or of a caller of the data plane. */
  readonly clientId: string;
  readonly principal: string;
}

export interface CloudPublish {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1;
  readonly retain: boolean;
}

export interface Broker {
  readonly port: number;
  /** Publishes for the cloud; policies of devices do not ask, their Receive does. */
  publish(message: CloudPublish): Promise<void>;
  /** False where no such client is connected. */
  disconnectClient(clientId: string, cleanSession: boolean): Promise<boolean>;
  disconnectCertificate(certificateId: string): void;
  close(): Promise<void>;
}

export interface BrokerOptions {
  readonly host: string;
  readonly port: number;
  readonly tls: { readonly key: string; readonly cert: string; readonly ca: string };
  readonly registry: Registry;
  readonly may: DeviceMay;
  readonly clock: Clock;
  readonly log: (line: string) => void;
  readonly onMessage: (message: Message) => void;
}

interface Connection {
  readonly certificateId: string;
  readonly take: Take;
}

/** Starts the message broker: MQTT 3.1.1 over TLS with a client certificate, under AWS IoT Core's limits and policies. */
export const startBroker = async (options: BrokerOptions): Promise<Broker> => {
  const { registry, clock, log } = options;
  const connections = new Map<Client, Connection>();
  const deviceOf = (client: Client): Device => ({
    certificateId: connections.get(client)?.certificateId ?? '',
    clientId: client.id,
  });
  // Aedes' default of 42 packets ahead of a CONNACK is below what a device with a full spool sends.
  const aedes = await Aedes.createBroker({ queueLimit: 10_000 });
  const sessions = sessionExpiry(aedes, clock);
  const gate = connectGate(options);

  aedes.preConnect = (client, packet, answer) => {
    const device = { certificateId: connections.get(client)?.certificateId ?? '', clientId: packet.clientId };
    const refusal = gate(device, packet);
    if (refusal !== undefined) {
      log(`broker: CONNECT of ${packet.clientId} refused: ${refusal}`);
      return answer(new Error(refusal), false);
    }
    sessions.resume(packet.clientId).then(
      () => answer(null, true),
      (error: Error) => answer(error, false),
    );
  };
  applyPolicies(aedes, { ...options, deviceOf, takeOf: (client) => connections.get(client)?.take });
  aedes.published = (packet, client, done) => {
    // Typed as always there, but what the broker publishes by itself has no client.
    if (isDevice(client)) options.onMessage(messageOf(packet, deviceOf(client)));
    done();
  };
  aedes.on('clientDisconnect', (client) => sessions.left(client.id));

  const accept = (socket: TLSSocket): void => {
    const certificateId = certificateIdOf(socket.getPeerCertificate().raw);
    const status = registry.findCertificate(certificateId)?.status ?? 'not registered';
    if (status !== 'ACTIVE') {
      log(`broker: certificate ${certificateId} is ${status}: connection closed`);
      socket.destroy();
      return;
    }
    const client = aedes.handle(socket);
    const take = perSecond(limits.publishesPerSecond, clock);
    connections.set(client, { certificateId, take });
    socket.once('close', () => connections.delete(client));
    gatePackets(client, { take, filters: new Set() }, (verdict) => {
      if (verdict.outcome === 'pass') return;
      log(
        `broker: ${client.id}: ${verdict.why}: ${verdict.outcome === 'close' ? 'connection closed' : 'discarded'}`,
      );
      if (verdict.outcome === 'close') socket.destroy();
    });
  };
  const server = createServer(
    { ...options.tls, requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.2' },
    accept,
  );
  server.on('tlsClientError', (error) => log(`broker: TLS refused: ${error.message}`));
  const port = await listen(server, options.port, options.host);

  return {
    port,
    publish: (message) =>
      new Promise((resolve, reject) =>
        aedes.publish({ cmd: 'publish', dup: false, ...message }, (error) =>
          error ? reject(error) : resolve(),
        ),
      ),
    disconnectClient: async (clientId, cleanSession) => {
      const open = [...connections.keys()].filter((client) => client.id === clientId && !client.closed);
      for (const client of open) client.close();
      if (open.length > 0 && cleanSession) await sessions.end(clientId);
      return open.length > 0;
    },
    disconnectCertificate: (certificateId) => {
      for (const [client, connection] of connections) {
        if (connection.certificateId === certificateId) client.close();
      }
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      await new Promise<void>((resolve) => aedes.close(resolve));
      await closed;
    },
  };
};

interface PolicyPoints extends BrokerOptions {
  readonly deviceOf: (client: Client) => Device;
  readonly takeOf: (client: Client) => Take | undefined;
}

/** Asks the device's policies before each publish, subscription and delivery; AWS closes the connection on a refusal. */
const applyPolicies = (aedes: Aedes, { may, log, deviceOf, takeOf }: PolicyPoints): void => {
  aedes.authorizePublish = (client, packet, answer) => {
    if (client === null) return answer(null);
    const device = deviceOf(client);
    const actions = packet.retain
      ? (['iot:Publish', 'iot:RetainPublish'] as const)
      : (['iot:Publish'] as const);
    const denied = actions.find((action) => !may(device, action, packet.topic));
    if (denied === undefined) return answer(null);
    log(`broker: ${client.id}: ${denied} on ${packet.topic} is not allowed: connection closed`);
    answer(new Error(`${denied} on ${packet.topic} is not allowed`));
  };
  aedes.authorizeSubscribe = (client, subscription, answer) => {
    if (may(deviceOf(client), 'iot:Subscribe', subscription.topic)) return answer(null, subscription);
    log(`broker: ${client.id}: iot:Subscribe on ${subscription.topic} is not allowed`);
    // A subscription of the session that is no longer allowed is left out; a new one closes the connection.
    if (client.connecting) return answer(null, null);
    answer(new Error(`iot:Subscribe on ${subscription.topic} is not allowed`));
  };
  aedes.authorizeForward = (client, packet) => {
    if (!may(deviceOf(client), 'iot:Receive', packet.topic)) {
      log(`broker: ${client.id}: iot:Receive on ${packet.topic} is not allowed: not delivered`);
      return null;
    }
    if (takeOf(client)?.() ?? true) return packet;
    log(
      `broker: ${client.id}: delivery of ${packet.topic} above ${limits.publishesPerSecond} a second: discarded`,
    );
    return null;
  };
};

const isDevice = (client: Client | null): client is Client => client !== null;

const messageOf = (packet: AedesPublishPacket, device: Device): Message => ({
  topic: packet.topic,
  payload: Buffer.from(packet.payload),
  clientId: device.clientId,
  principal: device.certificateId,
});

/** Listens and tells the port; the error names it, because devices that enrolled know no other. */
const listen = async (server: Server, port: number, host: string): Promise<number> => {
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (cause) {
    throw new Error(
      `the MQTT broker cannot listen on ${host}:${port}; free the port, which enrolled devices were told`,
      {
        cause,
      },
    );
  }
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the MQTT broker has no port');
  return address.port;
};
