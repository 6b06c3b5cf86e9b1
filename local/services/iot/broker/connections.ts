import type { Client } from 'aedes';
import type { Device } from './device-access.ts';
import type { Take } from './rate-limit.ts';

interface Connection {
  readonly certificateId: string;
  readonly take: Take;
}

/** Who is behind each of the broker's clients. */
export interface Connections {
  add(client: Client, connection: Connection): void;
  /** Also of a client that has just gone: its will is judged then. */
  deviceOf(client: Client, clientId?: string): Device;
  /** Takes one publish, in or out, from the connection's allowance. */
  take(client: Client): boolean;
  where(wanted: (device: Device) => boolean): Client[];
}

export const trackConnections = (): Connections => {
  const known = new WeakMap<Client, Connection>();
  const open = new Set<Client>();
  const connectionOf = (client: Client): Connection => {
    const connection = known.get(client);
    if (connection === undefined)
      throw new Error(`client ${client.id} did not come through the TLS listener`);
    return connection;
  };
  const deviceOf = (client: Client, clientId = client.id): Device => ({
    certificateId: connectionOf(client).certificateId,
    clientId,
  });
  return {
    add: (client, connection) => {
      known.set(client, connection);
      open.add(client);
      client.conn.once('close', () => open.delete(client));
    },
    deviceOf,
    take: (client) => connectionOf(client).take(),
    where: (wanted) => [...open].filter((client) => !client.closed && wanted(deviceOf(client))),
  };
};
