import type { Aedes } from 'aedes';
import type { Connections } from './connections.ts';
import type { DeviceMay } from './device-access.ts';
import { limits } from './limits.ts';

export interface PolicyHooks {
  readonly may: DeviceMay;
  readonly connections: Connections;
  readonly log: (line: string) => void;
}

/** Asks the device's policies before each publish, subscription and delivery; AWS closes the connection on a refusal. */
export const applyPolicies = (aedes: Aedes, hooks: PolicyHooks): void => {
  checkPublish(aedes, hooks);
  checkSubscribe(aedes, hooks);
  checkDelivery(aedes, hooks);
};

const checkPublish = (aedes: Aedes, { may, connections, log }: PolicyHooks): void => {
  aedes.authorizePublish = (client, packet, answer) => {
    // Without a client it is the cloud, whose role was asked before.
    if (client === null) return answer(null);
    const device = connections.deviceOf(client);
    const actions = packet.retain
      ? (['iot:Publish', 'iot:RetainPublish'] as const)
      : (['iot:Publish'] as const);
    const denied = actions.find((action) => !may(device, action, packet.topic));
    if (denied === undefined) return answer(null);
    log(`broker: ${client.id}: ${denied} on ${packet.topic} is not allowed: connection closed`);
    answer(new Error(`${denied} on ${packet.topic} is not allowed`));
  };
};

const checkSubscribe = (aedes: Aedes, { may, connections, log }: PolicyHooks): void => {
  aedes.authorizeSubscribe = (client, subscription, answer) => {
    const { topic } = subscription;
    if (may(connections.deviceOf(client), 'iot:Subscribe', topic)) return answer(null, subscription);
    // While it connects, the subscriptions are those of its session: what is no longer allowed is left out.
    log(
      `broker: ${client.id}: iot:Subscribe on ${topic} is not allowed${client.connecting ? '' : ': connection closed'}`,
    );
    answer(client.connecting ? null : new Error(`iot:Subscribe on ${topic} is not allowed`), null);
  };
};

const checkDelivery = (aedes: Aedes, { may, connections, log }: PolicyHooks): void => {
  aedes.authorizeForward = (client, packet) => {
    if (!may(connections.deviceOf(client), 'iot:Receive', packet.topic)) {
      log(`broker: ${client.id}: iot:Receive on ${packet.topic} is not allowed: not delivered`);
      return null;
    }
    // What waited in the session is replayed at a pace of its own, which AWS does not count here.
    if (client.connecting || connections.take(client)) return packet;
    log(
      `broker: ${client.id}: delivery of ${packet.topic} above ${limits.publishesPerSecond} a second: discarded`,
    );
    return null;
  };
};
