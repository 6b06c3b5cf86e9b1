import type { TLSSocket } from 'node:tls';
import { Aedes, type Client } from 'aedes';
import type { Clock } from '../iot-options.ts';
import type { Registry } from '../registry/registry.ts';
import { connectGate } from './connect-gate.ts';
import { trackConnections, type Connections } from './connections.ts';
import type { DeviceMay } from './device-access.ts';
import { limits } from './limits.ts';
import type { Message } from './message.ts';
import { gatePackets } from './packet-gate.ts';
import { applyPolicies } from './policy-hooks.ts';
import { perSecond } from './rate-limit.ts';
import { sessionExpiry, type SessionExpiry } from './session-expiry.ts';
import { startTlsListener, type TlsListenerOptions } from './tls-listener.ts';

export interface CloudPublish {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1;
  readonly retain: boolean;
}

export interface Broker {
  readonly port: number;
  /** Publishes for the cloud; the Receive of the devices' policies still decides who gets it. */
  publish(message: CloudPublish): Promise<void>;
  /** False where no such client is connected. */
  disconnectClient(clientId: string, cleanSession: boolean): Promise<boolean>;
  disconnectCertificate(certificateId: string): void;
  close(): Promise<void>;
}

export interface BrokerOptions extends Omit<TlsListenerOptions, 'accept'> {
  readonly registry: Registry;
  readonly may: DeviceMay;
  readonly clock: Clock;
  /** Told of what devices publish. */
  readonly onMessage: (message: Message) => void;
}

interface BrokerParts extends BrokerOptions {
  readonly aedes: Aedes;
  readonly connections: Connections;
  readonly sessions: SessionExpiry;
}

/** A device may send this many packets before its CONNACK; aedes' default of 42 is below a full spool's burst. */
const packetsAheadOfConnack = 10_000;

/** Starts the message broker: MQTT 3.1.1 over mutual TLS, under AWS IoT Core's limits and policies. */
export const startBroker = async (options: BrokerOptions): Promise<Broker> => {
  const aedes = await Aedes.createBroker({ queueLimit: packetsAheadOfConnack });
  const connections = trackConnections();
  const parts = { ...options, aedes, connections, sessions: sessionExpiry(aedes, options.clock) };
  admitConnects(parts);
  applyPolicies(aedes, parts);
  reportMessages(parts);
  const accept = (socket: TLSSocket, certificateId: string) => acceptDevice(parts, socket, certificateId);
  const listener = await startTlsListener({ ...options, accept }).catch(async (error: unknown) => {
    await closeAedes(aedes);
    throw error;
  });
  return {
    port: listener.port,
    publish: async (message) => await publish(aedes, message),
    disconnectClient: async (clientId, cleanSession) => {
      const open = connections.where((device) => device.clientId === clientId);
      for (const client of open) client.close();
      if (open.length > 0 && cleanSession) await parts.sessions.end(clientId);
      return open.length > 0;
    },
    disconnectCertificate: (certificateId) => {
      for (const client of connections.where((device) => device.certificateId === certificateId))
        client.close();
    },
    close: async () => {
      await closeAedes(aedes);
      await listener.close();
    },
  };
};

const acceptDevice = (parts: BrokerParts, socket: TLSSocket, certificateId: string): void => {
  const { aedes, connections, registry, clock, log } = parts;
  const status = registry.findCertificate(certificateId)?.status ?? 'not registered';
  if (status !== 'ACTIVE') {
    log(`broker: certificate ${certificateId} is ${status}: connection closed`);
    socket.destroy();
    return;
  }
  const client = aedes.handle(socket);
  const take = perSecond(limits.publishesPerSecond, clock);
  connections.add(client, { certificateId, take });
  gatePackets(client, { take, filters: new Set() }, ({ outcome, why }) => {
    log(`broker: ${client.id}: ${why}: ${outcome === 'close' ? 'connection closed' : 'discarded'}`);
    if (outcome === 'close') socket.destroy();
  });
};

const admitConnects = ({ aedes, connections, sessions, may, clock, log }: BrokerParts): void => {
  const gate = connectGate({ may, clock });
  aedes.preConnect = (client, packet, answer) => {
    const { clientId } = packet;
    const refusal = gate(connections.deviceOf(client, clientId), packet);
    if (refusal !== undefined) {
      log(`broker: CONNECT of ${clientId} refused: ${refusal}`);
      return answer(new Error(refusal), false);
    }
    const older = connections.where((device) => device.clientId === clientId);
    if (older.length > 0)
      log(`broker: ${clientId} connects again (DUPLICATE_CLIENTID): older connection closed`);
    sessions.resume(clientId).then(
      () => answer(null, true),
      (error: Error) => answer(error, false),
    );
  };
  aedes.on('clientDisconnect', (client) => sessions.left(client.id));
};

const reportMessages = ({ aedes, connections, onMessage }: BrokerParts): void => {
  // Aedes types the client as always there, but what comes from the cloud or from aedes itself has none.
  aedes.published = ({ topic, payload }, client: Client | null, done) => {
    if (client !== null) {
      const { clientId, certificateId } = connections.deviceOf(client);
      onMessage({ topic, payload: Buffer.from(payload), clientId, principal: certificateId });
    }
    done();
  };
};

const closeAedes = async (aedes: Aedes): Promise<void> =>
  await new Promise((resolve) => aedes.close(() => resolve()));

const publish = async (aedes: Aedes, message: CloudPublish): Promise<void> =>
  await new Promise((resolve, reject) => {
    aedes.publish({ cmd: 'publish', dup: false, ...message }, (error) => (error ? reject(error) : resolve()));
  });
