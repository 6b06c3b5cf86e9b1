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

/**
 * The SDK would connect again by itself after an interruption. Here a session is over then: it is told to disconnect at
 * once, and does so when this time has passed instead of connecting.
 */
const RECONNECT_SECONDS = 5;

/** An orderly goodbye is not waited for longer. */
const CLOSE_TIMEOUT_MS = 2_000;

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
        .with_reconnect_min_sec(RECONNECT_SECONDS)
        .with_reconnect_max_sec(RECONNECT_SECONDS)
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
  let closing: Promise<void> | undefined;
  const over = (reason: string): Promise<void> => {
    end(reason);
    closing ??= withTimeout(connection.disconnect(), CLOSE_TIMEOUT_MS, 'disconnect', clock).catch(
      () => undefined,
    );
    return closing;
  };
  const close = (): Promise<void> => closing ?? over('the connection was closed');
  connection.on('interrupt', (error) => void over(`the connection was lost (${error.error_name})`));
  connection.on('error', (error) => void over(`the connection failed (${error.error_name})`));
  connection.on('closed', () => end('the connection was closed'));
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

/** An operation of a connection that is gone may never answer; and the SDK fails with texts, which are no errors. */
async function withTimeout<T>(work: Promise<T>, ms: number, what: string, clock: Clock): Promise<T> {
  const done = new AbortController();
  const late = pause(clock, ms, done.signal).then(() => {
    if (!done.signal.aborted) throw new Error(`no answer within ${ms / 1000} s`);
    return work;
  });
  try {
    return await Promise.race([work, late]);
  } catch (cause) {
    throw new Error(`${what} failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  } finally {
    done.abort();
  }
}
