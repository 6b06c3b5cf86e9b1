import { once } from 'node:events';
import { iot, mqtt } from 'aws-iot-device-sdk-v2';
import type { Enrolled, LocalIot } from './local-iot.ts';

/** A connection of the AWS IoT Device SDK (MQTT 3.1.1 over mutual TLS). */
export const sdkDevice = (
  { running }: LocalIot,
  { thing, certificate, key }: Enrolled,
  clientId = thing,
): mqtt.MqttClientConnection => {
  const config = iot.AwsIotMqttConnectionConfigBuilder.new_mtls_builder(certificate, key)
    .with_certificate_authority(running.ca)
    .with_endpoint(running.mqtt.host)
    .with_port(running.mqtt.port)
    .with_client_id(clientId)
    .with_clean_session(false)
    .with_reconnect_min_sec(1)
    .with_reconnect_max_sec(2)
    .build();
  const connection = new mqtt.MqttClient().new_connection(config);
  // The SDK's own default is to throw from an event where nobody listens.
  connection.on('error', () => undefined);
  return connection;
};

/** Resolves at the next message, whatever its topic. */
export const nextMessage = async (
  connection: mqtt.MqttClientConnection,
): Promise<{ topic: string; payload: string }> => {
  const [topic, payload]: unknown[] = await once(connection, 'message');
  if (typeof topic !== 'string' || !(payload instanceof ArrayBuffer))
    throw new Error('not a message of the SDK');
  return { topic, payload: Buffer.from(payload).toString() };
};
