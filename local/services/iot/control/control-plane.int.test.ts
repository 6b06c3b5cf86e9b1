import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  AttachPolicyCommand,
  CreateCertificateFromCsrCommand,
  CreateThingCommand,
  DescribeCertificateCommand,
  DescribeEndpointCommand,
  DescribeThingCommand,
  DetachPolicyCommand,
  DetachThingPrincipalCommand,
  ListPrincipalThingsCommand,
  ListThingPrincipalsCommand,
  ListThingsCommand,
  UpdateCertificateCommand,
} from '@aws-sdk/client-iot';
import { DeleteConnectionCommand, PublishCommand } from '@aws-sdk/client-iot-data-plane';
import type { RoleAnswer } from '../iot-options.ts';
import { startLocalIot, type LocalIot } from '../testing/local-iot.ts';
import { closedByBroker, plainDevice } from '../testing/plain-device.ts';

const thing = 'keystone-local-1';
const named = (name: string) => expect.objectContaining({ name });

describe('the local control plane, through the SDK', () => {
  let local: LocalIot;
  let answer: RoleAnswer = { allowed: true };
  beforeEach(async () => {
    answer = { allowed: true };
    local = await startLocalIot({ authorise: () => answer });
  });
  afterEach(async () => await local.stop());

  it('tells the address of the broker', async () => {
    const { endpointAddress } = await local.control.send(
      new DescribeEndpointCommand({ endpointType: 'iot:Data-ATS' }),
    );
    expect(endpointAddress).toBe(`127.0.0.1:${local.running.mqtt.port}`);
    await expect(local.control.send(new DescribeEndpointCommand({}))).rejects.toEqual(
      named('InvalidRequestException'),
    );
  });

  it('tells what it knows of a device', async () => {
    const { certificateArn, certificateId, certificate } = await local.enrol(thing);
    const { certificateDescription } = await local.control.send(
      new DescribeCertificateCommand({ certificateId }),
    );
    expect(certificateDescription).toMatchObject({
      certificateArn,
      status: 'ACTIVE',
      certificatePem: certificate,
    });
    expect(await local.control.send(new DescribeThingCommand({ thingName: thing }))).toMatchObject({
      thingName: thing,
    });
    const principals = await local.control.send(new ListThingPrincipalsCommand({ thingName: thing }));
    expect(principals.principals).toEqual([certificateArn]);
    const things = await local.control.send(new ListPrincipalThingsCommand({ principal: certificateArn }));
    expect(things.things).toEqual([thing]);
  });

  it('lists page by page', async () => {
    const first = await local.enrol(thing);
    const second = await local.enrol(thing);
    const list = async (nextToken?: string) =>
      await local.control.send(
        new ListThingPrincipalsCommand({
          thingName: thing,
          maxResults: 1,
          ...(nextToken ? { nextToken } : {}),
        }),
      );
    const one = await list();
    const two = await list(one.nextToken);
    expect([...(one.principals ?? []), ...(two.principals ?? [])].sort()).toEqual(
      [first.certificateArn, second.certificateArn].sort(),
    );
    expect(two.nextToken).toBeUndefined();
  });

  it('makes a certificate inactive unless it is told otherwise, and a revoked one never active', async () => {
    const { certificateId } = await local.enrol(thing);
    const update = async (newStatus: 'ACTIVE' | 'REVOKED') =>
      await local.control.send(new UpdateCertificateCommand({ certificateId, newStatus }));
    await update('REVOKED');
    await expect(update('ACTIVE')).rejects.toEqual(named('CertificateStateException'));
  });

  it('keeps a device out whose policy or thing was detached', async () => {
    const enrolled = await local.enrol(thing);
    const target = enrolled.certificateArn;
    await local.control.send(new DetachThingPrincipalCommand({ thingName: thing, principal: target }));
    await expect(plainDevice(local, enrolled)).rejects.toThrow();
    const other = await local.enrol('keystone-local-2');
    await local.control.send(
      new DetachPolicyCommand({ policyName: 'keystone-local-agent', target: other.certificateArn }),
    );
    await expect(plainDevice(local, other)).rejects.toThrow();
    expect(local.lines).toEqual([
      `broker: CONNECT of ${thing} refused: iot:Connect as ${thing} is not allowed`,
      'broker: CONNECT of keystone-local-2 refused: iot:Connect as keystone-local-2 is not allowed',
    ]);
  });

  it('deletes a connection', async () => {
    const client = await plainDevice(local, await local.enrol(thing));
    const closed = closedByBroker(client);
    await local.data.send(new DeleteConnectionCommand({ clientId: thing }));
    await closed;
    await expect(local.data.send(new DeleteConnectionCommand({ clientId: thing }))).rejects.toEqual(
      named('ResourceNotFoundException'),
    );
  });

  it('refuses by name what AWS refuses', async () => {
    const { certificateArn } = await local.enrol(thing);
    const refusals: [() => Promise<unknown>, string][] = [
      [
        () => local.control.send(new DescribeThingCommand({ thingName: 'none' })),
        'ResourceNotFoundException',
      ],
      [() => local.control.send(new CreateThingCommand({ thingName: 'a b' })), 'InvalidRequestException'],
      [
        () => local.control.send(new CreateThingCommand({ thingName: thing, thingTypeName: 't' })),
        'InvalidRequestException',
      ],
      [
        () => local.control.send(new AttachPolicyCommand({ policyName: 'none', target: certificateArn })),
        'ResourceNotFoundException',
      ],
      [
        () => local.control.send(new CreateCertificateFromCsrCommand({ certificateSigningRequest: 'x' })),
        'InvalidRequestException',
      ],
      [
        () => local.data.send(new PublishCommand({ topic: 'a/#', payload: Buffer.from('') })),
        'InvalidRequestException',
      ],
      [
        () => local.data.send(new PublishCommand({ topic: 'a', payload: Buffer.alloc(131_073) })),
        'RequestEntityTooLargeException',
      ],
      [() => local.control.send(new ListThingsCommand({})), 'UnknownOperationException'],
    ];
    for (const [call, name] of refusals) await expect(call()).rejects.toEqual(named(name));
  });

  it('refuses a caller whose role does not allow the call, and does nothing', async () => {
    answer = { allowed: false, message: 'enrol may not do this' };
    const call = local.control.send(new CreateThingCommand({ thingName: thing }));
    await expect(call).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: 'enrol may not do this',
    });
    answer = { allowed: true };
    await expect(local.control.send(new DescribeThingCommand({ thingName: thing }))).rejects.toEqual(
      named('ResourceNotFoundException'),
    );
  });
});

describe('the role check', () => {
  it('is asked with the caller, the action and the resource of each call', async () => {
    const local = await startLocalIot();
    const { certificateArn, certificateId } = await local.enrol(thing);
    const client = await plainDevice(local, await local.enrol(thing));
    await local.control.send(new UpdateCertificateCommand({ certificateId, newStatus: 'REVOKED' }));
    await local.data.send(new PublishCommand({ topic: 'k/a', retain: true }));
    const asked = local.calls.map(
      ({ accessKeyId, action, resources }) => `${accessKeyId} ${action} ${resources.join()}`,
    );
    await client.endAsync(true);
    await local.stop();
    expect(asked.slice(0, 4)).toEqual([
      'LOCALENROL iot:CreateThing arn:aws:iot:eu-west-1:000000000000:thing/keystone-local-1',
      'LOCALENROL iot:CreateCertificateFromCsr *',
      `LOCALENROL iot:AttachPolicy ${certificateArn}`,
      `LOCALENROL iot:AttachThingPrincipal ${certificateArn},arn:aws:iot:eu-west-1:000000000000:thing/keystone-local-1`,
    ]);
    expect(asked.slice(8)).toEqual([
      `LOCALENROL iot:UpdateCertificate ${certificateArn}`,
      'LOCALENROL iot:Publish arn:aws:iot:eu-west-1:000000000000:topic/k/a',
      'LOCALENROL iot:RetainPublish arn:aws:iot:eu-west-1:000000000000:topic/k/a',
    ]);
  });

  it('refuses a request that nobody signed', async () => {
    const local = await startLocalIot();
    const response = await fetch(`${local.running.controlEndpoint}/things/${thing}`, { method: 'POST' });
    await local.stop();
    expect(response.status).toBe(401);
    expect(local.calls).toEqual([]);
  });
});
