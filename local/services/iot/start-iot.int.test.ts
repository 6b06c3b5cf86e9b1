import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { UpdateCertificateCommand } from '@aws-sdk/client-iot';
import { DeleteConnectionCommand, PublishCommand } from '@aws-sdk/client-iot-data-plane';
import { mqtt } from 'aws-iot-device-sdk-v2';
import { startIot } from './start-iot.ts';
import { startLocalIot, type LocalIot } from './testing/local-iot.ts';
import { nextMessage, sdkDevice } from './testing/sdk-device.ts';

const { AtLeastOnce } = mqtt.QoS;

describe('the local IoT service with a device of the AWS SDK', () => {
  let local: LocalIot;
  const open: mqtt.MqttClientConnection[] = [];
  const device = (...args: Parameters<typeof sdkDevice>): mqtt.MqttClientConnection => {
    const connection = sdkDevice(...args);
    open.push(connection);
    return connection;
  };

  beforeEach(async () => {
    local = await startLocalIot();
  });
  afterEach(async () => {
    for (const connection of open.splice(0)) await connection.disconnect().catch(() => undefined);
    await local.stop();
  });

  it('puts a Basic Ingest message on the queue of its rule, with the identity that the broker knows', async () => {
    const enrolled = await local.enrol('keystone-local-1');
    const connection = device(local, enrolled);
    await connection.connect();
    await connection.publish(
      '$aws/rules/keystone_local_usage/keystone/keystone-local-1/usage',
      'gzip',
      AtLeastOnce,
    );
    await local.arrived('gzip');
    expect(local.sent).toEqual([{ queueUrl: 'http://queues/usage', body: expect.any(String) }]);
    expect(JSON.parse(local.sent[0]?.body ?? '')).toEqual({
      data: Buffer.from('gzip').toString('base64'),
      thing: 'keystone-local-1',
      client: 'keystone-local-1',
      principal: enrolled.certificateId,
      at: expect.any(Number),
    });
  });

  it('delivers what the cloud publishes on the topic of the device', async () => {
    const connection = device(local, await local.enrol('keystone-local-1'));
    await connection.connect();
    await connection.subscribe('keystone/keystone-local-1/policy', AtLeastOnce);
    const message = nextMessage(connection);
    await local.data.send(
      new PublishCommand({
        topic: 'keystone/keystone-local-1/policy',
        qos: 1,
        payload: Buffer.from('part 1'),
      }),
    );
    expect(await message).toEqual({ topic: 'keystone/keystone-local-1/policy', payload: 'part 1' });
  });

  it('keeps a revoked device out', async () => {
    const enrolled = await local.enrol('keystone-local-1');
    const connection = device(local, enrolled);
    await connection.connect();
    const interrupted = once(connection, 'interrupt');
    await local.control.send(
      new UpdateCertificateCommand({ certificateId: enrolled.certificateId, newStatus: 'REVOKED' }),
    );
    await local.data.send(new DeleteConnectionCommand({ clientId: 'keystone-local-1' }));
    await interrupted;
    await expect(device(local, enrolled).connect()).rejects.toMatch('Failed to connect');
    expect(local.lines).toContain(
      `broker: certificate ${enrolled.certificateId} is REVOKED: connection closed`,
    );
  });

  it('knows its devices after a restart', async () => {
    const enrolled = await local.enrol('keystone-local-1');
    const connection = device(local, enrolled);
    await connection.connect();
    const resumed = once(connection, 'resume');
    local = await local.restart();
    await resumed;
    await connection.publish(
      '$aws/rules/keystone_local_state/keystone/keystone-local-1/state',
      '{}',
      AtLeastOnce,
    );
    await local.arrived('{}');
    expect(local.sent).toHaveLength(1);
  });

  it('refuses a client id that is not the thing of the certificate', async () => {
    const one = await local.enrol('keystone-local-1');
    await local.enrol('keystone-local-2');
    await expect(device(local, one, 'keystone-local-2').connect()).rejects.toMatch('Failed to connect');
    expect(local.lines).toContain(
      'broker: CONNECT of keystone-local-2 refused: iot:Connect as keystone-local-2 is not allowed',
    );
  });

  it('does not start on another port than the one that its devices know', async () => {
    const second = startIot({
      stateDir: local.stateDir,
      policies: [],
      rules: [],
      send: () => Promise.resolve(),
      authorise: () => ({ allowed: true }),
    });
    await expect(second).rejects.toThrow(`cannot listen on 127.0.0.1:${local.running.mqtt.port}`);
  });
});
