import { EventEmitter } from 'node:events';
import type { Client } from 'aedes';
import * as z from 'zod';
import { limits } from './limits.ts';
import type { Take } from './rate-limit.ts';
import { filterRefusal, publishTopicRefusal } from './topics.ts';

/** What to do with a packet: hand it to the broker, drop it without a word, or close the connection. */
export type Verdict = { readonly outcome: 'pass' } | Refusal;

export interface Refusal {
  readonly outcome: 'discard' | 'close';
  readonly why: string;
}

/** The counters of one connection. */
export interface Traffic {
  readonly take: Take;
  readonly filters: Set<string>;
}

const packetSchema = z.discriminatedUnion('cmd', [
  z.object({
    cmd: z.literal('publish'),
    topic: z.string(),
    qos: z.int(),
    payload: z.union([z.string(), z.instanceof(Uint8Array)]),
  }),
  z.object({
    cmd: z.literal('subscribe'),
    subscriptions: z.array(z.object({ topic: z.string(), qos: z.int() })),
  }),
  z.object({ cmd: z.literal('unsubscribe'), unsubscriptions: z.array(z.string()) }),
  z.object({ cmd: z.enum(['connect', 'puback', 'pubrec', 'pubrel', 'pubcomp', 'pingreq', 'disconnect']) }),
]);
type Packet = z.infer<typeof packetSchema>;

const pass: Verdict = { outcome: 'pass' };
const close = (why: string): Refusal => ({ outcome: 'close', why });

/** Judges a packet by the broker's limits alone; policies come after. */
export const judgePacket = (packet: Packet, traffic: Traffic): Verdict => {
  switch (packet.cmd) {
    case 'publish':
      return judgePublish(packet, traffic);
    case 'subscribe':
      return judgeSubscribe(packet.subscriptions, traffic);
    case 'unsubscribe':
      for (const filter of packet.unsubscriptions) traffic.filters.delete(filter);
      return pass;
    default:
      return pass;
  }
};

const judgePublish = (packet: Extract<Packet, { cmd: 'publish' }>, traffic: Traffic): Verdict => {
  if (packet.qos > 1) return close('PUBLISH at QoS 2, which is not supported');
  const size = Buffer.byteLength(packet.payload);
  if (size > limits.payloadBytes)
    return close(`PUBLISH of ${size} bytes, the limit is ${limits.payloadBytes}`);
  const refusal = publishTopicRefusal(packet.topic);
  if (refusal !== undefined) return close(`PUBLISH to ${packet.topic}: ${refusal}`);
  if (traffic.take()) return pass;
  return {
    outcome: 'discard',
    why: `PUBLISH to ${packet.topic} above ${limits.publishesPerSecond} a second`,
  };
};

const judgeSubscribe = (
  subscriptions: readonly { topic: string; qos: number }[],
  traffic: Traffic,
): Verdict => {
  if (subscriptions.length > limits.topicsPerSubscribe) {
    return close(`SUBSCRIBE with ${subscriptions.length} topics, the limit is ${limits.topicsPerSubscribe}`);
  }
  for (const { topic, qos } of subscriptions) {
    const refusal = qos > 1 ? 'QoS 2 is not supported' : filterRefusal(topic);
    if (refusal !== undefined) return close(`SUBSCRIBE to ${topic}: ${refusal}`);
    traffic.filters.add(topic);
  }
  if (traffic.filters.size <= limits.subscriptionsPerConnection) return pass;
  return close(`more than ${limits.subscriptionsPerConnection} subscriptions on a connection`);
};

/**
 * Puts the limits between a connection's parser and the broker. Aedes has no hook that drops a publish without an
 * answer or that sees a SUBSCRIBE whole, so the listener that it put on its parser is called from here.
 */
export const gatePackets = (client: Client, traffic: Traffic, refused: (refusal: Refusal) => void): void => {
  const parser: unknown = Reflect.get(client, '_parser');
  if (!(parser instanceof EventEmitter))
    throw new Error('aedes has no packet parser where the limits expect it');
  const listeners = parser.listeners('packet');
  parser.removeAllListeners('packet');
  parser.on('packet', (received: unknown) => {
    const parsed = packetSchema.safeParse(received);
    const verdict = parsed.success
      ? judgePacket(parsed.data, traffic)
      : close('a packet that a device does not send');
    if (verdict.outcome === 'pass')
      for (const listener of listeners) Reflect.apply(listener, parser, [received]);
    else refused(verdict);
  });
};
