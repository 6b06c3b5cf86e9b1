import type { mqtt } from 'aws-iot-device-sdk-v2';
import { pause, type Clock } from '../clock/clock.ts';
import type { Session, Transport } from './transport.ts';

/** Who this agent is to the broker, and how the broker is known. PEM texts. */
export interface BrokerIdentity {
  host: string;
  port: number;
  /** The thing's name: the broker lets a certificate in under this one only. */
  clientId: string;
  certificate: string;
  key: string;
  /** Empty where the system's own store knows the broker's authority. */
  ca: string;
}

const CONNECT_TIMEOUT_MS = 10_000;
const OPERATION_TIMEOUT_MS = 15_000;
const KEEP_ALIVE_SECONDS = 30;
const PING_TIMEOUT_MS = 5_000;

/** The SDK goes on by itself after an interruption; here a session is over then, and this is too long to matter. */
const NO_RECONNECT_SECONDS = 3_600;

/** MQTT 3.1.1 over mutual TLS, by the AWS IoT Device SDK. It is loaded at the first connect: it is native, and large. */
export function iotTransport(identity: BrokerIdentity, clock: Clock): Transport {
  return {
    async connect() {
      const sdk = await import('aws-iot-device-sdk-v2');
      const builder = sdk.iot.AwsIotMqttConnectionConfigBuilder.new_mtls_builder(
        identity.certificate,
        identity.key,
      );
      if (identity.ca !== '') builder.with_certificate_authority(identity.ca);
      const config = builder
        .with_endpoint(identity.host)
        .with_port(identity.port)
        .with_client_id(identity.clientId)
        .with_clean_session(true)
        .with_keep_alive_seconds(KEEP_ALIVE_SECONDS)
        .with_ping_timeout_ms(PING_TIMEOUT_MS)
        .with_protocol_operation_timeout_ms(OPERATION_TIMEOUT_MS)
        .with_timeout_ms(CONNECT_TIMEOUT_MS)
        .with_reconnect_min_sec(NO_RECONNECT_SECONDS)
        .with_reconnect_max_sec(NO_RECONNECT_SECONDS)
        .build();
      const connection = new sdk.mqtt.MqttClient().new_connection(config);
      return openSession(connection, sdk.mqtt.QoS.AtLeastOnce, clock);
    },
  };
}

async function openSession(
  connection: mqtt.MqttClientConnection,
  qos: mqtt.QoS,
  clock: Clock,
): Promise<Session> {
  const { promise: ended, resolve: end } = Promise.withResolvers<string>();
  connection.on('interrupt', (error) => end(`the connection was lost (${error.error_name})`));
  connection.on('error', (error) => end(`the connection failed (${error.error_name})`));
  connection.on('closed', () => end('the connection was closed'));
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= connection.disconnect().catch(() => undefined);
    end('the connection was closed');
    return closing;
  };
  try {
    await withTimeout(connection.connect(), CONNECT_TIMEOUT_MS * 2, 'connect', clock);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    ended,
    close,
    async publish(topic, payload) {
      const sent = connection.publish(topic, arrayBufferOf(payload), qos);
      await withTimeout(sent, OPERATION_TIMEOUT_MS, 'publish', clock);
    },
    async subscribe(topic, onMessage) {
      const request = connection.subscribe(topic, qos, (_topic, payload) =>
        onMessage(new Uint8Array(payload)),
      );
      const granted = await withTimeout(request, OPERATION_TIMEOUT_MS, 'subscribe', clock);
      if (granted.error_code || granted.qos > 1)
        throw new Error(`the broker does not let this agent listen to ${topic}`);
    },
  };
}

/** The SDK takes an ArrayBuffer of exactly the message. */
function arrayBufferOf(payload: Uint8Array): ArrayBuffer {
  const copy = new ArrayBuffer(payload.length);
  new Uint8Array(copy).set(payload);
  return copy;
}

/** An operation of a connection that is gone may never answer. */
async function withTimeout<T>(work: Promise<T>, ms: number, what: string, clock: Clock): Promise<T> {
  const done = new AbortController();
  const late = pause(clock, ms, done.signal).then(() => {
    if (!done.signal.aborted) throw new Error(`no answer to ${what} within ${ms / 1000} s`);
    return work;
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    done.abort();
  }
}
