import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PublishCommand } from '@aws-sdk/client-iot-data-plane';
import type { MqttClient } from 'mqtt';
import { startLocalIot, type Enrolled, type LocalIot } from '../testing/local-iot.ts';
import { closedByBroker, nextMessage, plainDevice } from '../testing/plain-device.ts';

const thing = 'keystone-local-1';
const usage = `$aws/rules/keystone_local_usage/keystone/${thing}/usage`;
const policyTopic = `keystone/${thing}/policy`;
const hour = 60 * 60_000;

describe('the local broker', () => {
  let local: LocalIot;
  let enrolled: Enrolled;
  let now = 0;
  const open: MqttClient[] = [];
  const connect = async (...[options]: [Parameters<typeof plainDevice>[2]?]): Promise<MqttClient> => {
    const client = await plainDevice(local, enrolled, options);
    open.push(client);
    return client;
  };
  const publishFromCloud = async (payload: string, topic = policyTopic): Promise<unknown> =>
    await local.data.send(new PublishCommand({ topic, qos: 1, payload: Buffer.from(payload) }));

  beforeEach(async () => {
    now = 0;
    local = await startLocalIot({ clock: () => now });
    enrolled = await local.enrol(thing);
  });
  afterEach(async () => {
    for (const client of open.splice(0)) await client.endAsync(true);
    await local.stop();
  });

  it('discards what a device publishes above 100 a second and keeps it connected', async () => {
    const client = await connect();
    for (let count = 0; count < 120; count += 1) client.publish(usage, String(count));
    await client.subscribeAsync(policyTopic, { qos: 1 });
    now = 1_000;
    client.publish(usage, 'later');
    await local.arrived('later');
    expect(local.sent).toHaveLength(101);
  });

  it('counts deliveries and publishes together', async () => {
    const client = await connect();
    await client.subscribeAsync(policyTopic, { qos: 1 });
    for (let count = 0; count < 60; count += 1) await publishFromCloud(String(count));
    for (let count = 0; count < 60; count += 1) client.publish(usage, String(count));
    await client.subscribeAsync(policyTopic, { qos: 1 });
    now = 1_000;
    client.publish(usage, 'later');
    await local.arrived('later');
    expect(local.sent).toHaveLength(41);
  });

  it.each<[string, (client: MqttClient) => void, string]>([
    ['a publish at QoS 2', (client) => client.publish(usage, '', { qos: 2 }), 'QoS 2'],
    ['a publish above 128 KB', (client) => client.publish(usage, Buffer.alloc(131_073)), '131073 bytes'],
    [
      'a publish to the topic of another',
      (client) => client.publish('$aws/rules/keystone_local_usage/keystone/keystone-local-2/usage', ''),
      'iot:Publish',
    ],
    ['a retained publish', (client) => client.publish(usage, '', { retain: true }), 'iot:RetainPublish'],
    ['nine topics in a SUBSCRIBE', (client) => client.subscribe([...'123456789']), '9 topics'],
    [
      'a subscription to another',
      (client) => client.subscribe('keystone/keystone-local-2/policy'),
      'iot:Subscribe',
    ],
    ['a subscription to all', (client) => client.subscribe('#'), 'iot:Subscribe'],
    ['a subscription to Basic Ingest', (client) => client.subscribe('$aws/rules/#'), 'reserved topics'],
  ])('closes the connection after %s', async (_, act, why) => {
    const client = await connect();
    const closed = closedByBroker(client);
    act(client);
    await closed;
    expect(local.lines.join('\n')).toContain(why);
    expect(local.sent).toEqual([]);
  });

  it('refuses a second CONNECT of a client id within a second', async () => {
    await connect();
    await expect(connect()).rejects.toThrow('the broker closed the connection');
    now = 1_000;
    await expect(connect()).resolves.toBeDefined();
  });

  it('closes the older of two connections with one client id', async () => {
    const older = await connect();
    const closed = closedByBroker(older);
    now = 1_000;
    const newer = await connect();
    await closed;
    expect(newer.connected).toBe(true);
  });

  it('keeps QoS 1 messages for a session that is away for less than an hour', async () => {
    const before = await connect({ clean: false });
    await before.subscribeAsync(policyTopic, { qos: 1 });
    await before.endAsync();
    await publishFromCloud('while away');
    now = hour - 1;
    const after = await connect({ clean: false });
    expect(await nextMessage(after)).toBe('while away');
  });

  it('ends a session that is away for an hour, and drops its messages', async () => {
    const before = await connect({ clean: false });
    await before.subscribeAsync(policyTopic, { qos: 1 });
    await before.endAsync();
    await publishFromCloud('while away');
    now = hour;
    const after = await connect({ clean: false });
    const message = nextMessage(after);
    await after.subscribeAsync(policyTopic, { qos: 1 });
    await publishFromCloud('after');
    expect(await message).toBe('after');
  });
});
