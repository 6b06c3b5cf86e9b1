import type { ConnectPacket } from 'aedes';
import type { Clock } from '../iot-options.ts';
import type { Device, DeviceMay } from './device-access.ts';
import { limits } from './limits.ts';
import { publishTopicRefusal } from './topics.ts';

/** Says why a CONNECT is refused, or undefined. */
export type ConnectGate = (device: Device, packet: ConnectPacket) => string | undefined;

/** Judges each CONNECT, and brings its keep-alive into the range that AWS keeps. */
export const connectGate = ({ may, clock }: { may: DeviceMay; clock: Clock }): ConnectGate => {
  const connectedAt = new Map<string, number>();
  const tooSoon = (clientId: string): boolean =>
    clock() - (connectedAt.get(clientId) ?? -Infinity) < 1_000 / limits.connectsPerSecondOfClient;

  return (device, packet) => {
    const refusal =
      versionRefusal(packet) ?? clientIdRefusal(device.clientId) ?? willRefusal(device, packet, may);
    if (refusal !== undefined) return refusal;
    if (!may(device, 'iot:Connect', device.clientId))
      return `iot:Connect as ${device.clientId} is not allowed`;
    if (tooSoon(device.clientId)) return 'a client id connects once a second at most';
    connectedAt.set(device.clientId, clock());
    packet.keepalive = keptAlive(packet.keepalive ?? 0);
    return undefined;
  };
};

/** AWS speaks MQTT 5 as well; a device of this project does not need it. */
const versionRefusal = ({ protocolVersion }: ConnectPacket): string | undefined =>
  protocolVersion === 4 ? undefined : 'this broker speaks MQTT 3.1.1 only';

const clientIdRefusal = (clientId: string): string | undefined => {
  if (clientId === '') return 'the client id is empty';
  if (Buffer.byteLength(clientId) > limits.clientIdBytes)
    return `a client id has at most ${limits.clientIdBytes} bytes`;
  return undefined;
};

const willRefusal = (device: Device, { will }: ConnectPacket, may: DeviceMay): string | undefined => {
  if (will === undefined || will === null) return undefined;
  if (will.qos !== undefined && will.qos > 1) return 'a will at QoS 2 is not supported';
  const topicRefusal = publishTopicRefusal(will.topic);
  if (topicRefusal !== undefined) return `will on ${will.topic}: ${topicRefusal}`;
  if (!may(device, 'iot:Publish', will.topic)) return `a will on ${will.topic} is not allowed`;
  return will.retain && !may(device, 'iot:RetainPublish', will.topic)
    ? 'a retained will is not allowed'
    : undefined;
};

/** AWS: none or too much means the longest; too little means the shortest. */
const keptAlive = (seconds: number): number => {
  const { min, max } = limits.keepAliveSeconds;
  return seconds === 0 || seconds > max ? max : Math.max(seconds, min);
};
