import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import type { Enrolled, LocalIot } from './local-iot.ts';

/** A client that does what it is told, also what the SDK of AWS would not do. Rejects where the broker closes. */
export const plainDevice = async (
  { running }: LocalIot,
  { thing, certificate, key }: Enrolled,
  options: IClientOptions = {},
): Promise<MqttClient> => {
  const client = connect({
    protocol: 'mqtts',
    ...running.mqtt,
    ca: running.ca,
    cert: certificate,
    key,
    clientId: thing,
    protocolVersion: 4,
    reconnectPeriod: 0,
    ...options,
  });
  client.on('error', () => undefined);
  await new Promise((resolve, reject) => {
    client.once('connect', resolve);
    client.once('close', () => reject(new Error('the broker closed the connection')));
  });
  return client;
};

/** Resolves when the broker closed the connection. */
export const closedByBroker = (client: MqttClient): Promise<void> =>
  new Promise((resolve) => client.once('close', () => resolve()));

/** The payload of the next message, as text. */
export const nextMessage = (client: MqttClient): Promise<string> =>
  new Promise((resolve) => client.once('message', (_topic, payload) => resolve(payload.toString())));
