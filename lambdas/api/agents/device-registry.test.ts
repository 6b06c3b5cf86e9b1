import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  AttachPolicyCommand,
  AttachThingPrincipalCommand,
  CreateCertificateFromCsrCommand,
  CreateThingCommand,
  DescribeEndpointCommand,
  DetachThingPrincipalCommand,
  InvalidRequestException,
  IoTClient,
  ResourceNotFoundException,
  UpdateCertificateCommand,
} from '@aws-sdk/client-iot';
import { mockClient } from 'aws-sdk-client-mock';
import { iotRegistry } from './device-registry.ts';

const client = new IoTClient({ region: 'eu-west-1' });
const iot = mockClient(client);
const registry = iotRegistry(client, 'agents');
const arn = 'arn:aws:iot:eu-west-1:000000000000:cert/abc';

beforeEach(() => {
  iot.reset();
});

describe('the registry of devices', () => {
  it('makes certificates inactive', async () => {
    iot
      .on(CreateCertificateFromCsrCommand, { certificateSigningRequest: 'CSR', setAsActive: false })
      .resolves({ certificateId: 'abc', certificateArn: arn, certificatePem: 'PEM' });
    await expect(registry.certify('CSR')).resolves.toEqual({ id: 'abc', arn, pem: 'PEM' });
  });

  it('tells a bad certificate request from a fault', async () => {
    iot
      .on(CreateCertificateFromCsrCommand)
      .rejectsOnce(new InvalidRequestException({ message: 'bad CSR', $metadata: {} }))
      .rejects(new Error('away'));
    await expect(registry.certify('CSR')).rejects.toMatchObject({ code: 'bad-field' });
    await expect(registry.certify('CSR')).rejects.toThrow('away');
  });

  it('gives a certificate the rights of an agent, as its thing', async () => {
    iot.onAnyCommand().resolves({});
    await registry.attach('thing', arn);
    expect(iot.calls().map(({ args: [{ input }] }) => input)).toEqual([
      { thingName: 'thing' },
      { policyName: 'agents', target: arn },
      { thingName: 'thing', principal: arn },
    ]);
    expect(iot.commandCalls(CreateThingCommand)).toHaveLength(1);
    expect(iot.commandCalls(AttachPolicyCommand)).toHaveLength(1);
    expect(iot.commandCalls(AttachThingPrincipalCommand)).toHaveLength(1);
  });

  it('ends a certificate, also one that is gone', async () => {
    iot.on(UpdateCertificateCommand).resolves({}).on(DetachThingPrincipalCommand).resolves({});
    await registry.retire('thing', arn);
    expect(iot.commandCalls(UpdateCertificateCommand)[0]?.args[0].input).toEqual({
      certificateId: 'abc',
      newStatus: 'INACTIVE',
    });
    iot
      .on(UpdateCertificateCommand)
      .rejects(new ResourceNotFoundException({ message: 'no such certificate', $metadata: {} }));
    await expect(registry.retire('thing', arn)).resolves.toBeUndefined();
  });

  it.each([
    ['abc-ats.iot.eu-west-1.amazonaws.com', { host: 'abc-ats.iot.eu-west-1.amazonaws.com', port: 8883 }],
    ['127.0.0.1:18883', { host: '127.0.0.1', port: 18_883 }],
  ])('finds the broker at %s', async (endpointAddress, found) => {
    iot.on(DescribeEndpointCommand, { endpointType: 'iot:Data-ATS' }).resolves({ endpointAddress });
    await expect(registry.endpoint()).resolves.toEqual(found);
  });
});
