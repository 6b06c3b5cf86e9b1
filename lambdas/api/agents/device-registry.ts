import {
  AttachPolicyCommand,
  AttachThingPrincipalCommand,
  CreateCertificateFromCsrCommand,
  CreateThingCommand,
  DescribeEndpointCommand,
  DetachThingPrincipalCommand,
  InvalidRequestException,
  ResourceNotFoundException,
  UpdateCertificateCommand,
  type IoTClient,
} from '@aws-sdk/client-iot';
import { badField } from '../http/refusals.ts';

export interface DeviceCertificate {
  id: string;
  arn: string;
  pem: string;
}

/** Devices as the broker knows them. */
export interface DeviceRegistry {
  /** A certificate that nobody can connect with yet. @throws Refusal bad-field where the request is none */
  certify(csr: string): Promise<DeviceCertificate>;
  /** Makes a certificate a thing's, with the rights of an agent. */
  attach(thing: string, certificateArn: string): Promise<void>;
  activate(certificateArn: string): Promise<void>;
  /** Ends a certificate of an earlier enrolment; one that is gone already is no fault. */
  retire(thing: string, certificateArn: string): Promise<void>;
  endpoint(): Promise<{ host: string; port: number }>;
}

/** AWS IoT speaks MQTT over TLS here; 443 would ask for ALPN. */
const MQTT_PORT = 8883;

const idOf = (arn: string) => arn.slice(arn.lastIndexOf('/') + 1);

export function iotRegistry(iot: IoTClient, policyName: string): DeviceRegistry {
  const setStatus = (arn: string, newStatus: 'ACTIVE' | 'INACTIVE') =>
    iot.send(new UpdateCertificateCommand({ certificateId: idOf(arn), newStatus }));
  return {
    certify: (csr) => certify(iot, csr),
    attach: async (thingName, principal) => {
      await iot.send(new CreateThingCommand({ thingName }));
      await iot.send(new AttachPolicyCommand({ policyName, target: principal }));
      await iot.send(new AttachThingPrincipalCommand({ thingName, principal }));
    },
    activate: async (arn) => {
      await setStatus(arn, 'ACTIVE');
    },
    retire: async (thingName, principal) => {
      try {
        await setStatus(principal, 'INACTIVE');
        await iot.send(new DetachThingPrincipalCommand({ thingName, principal }));
      } catch (error) {
        if (!(error instanceof ResourceNotFoundException)) throw error;
      }
    },
    endpoint: () => endpointOf(iot),
  };
}

async function certify(iot: IoTClient, csr: string): Promise<DeviceCertificate> {
  try {
    const answer = await iot.send(
      new CreateCertificateFromCsrCommand({ certificateSigningRequest: csr, setAsActive: false }),
    );
    const { certificateId: id, certificateArn: arn, certificatePem: pem } = answer;
    if (!id || !arn || !pem) throw new Error('IoT made a certificate and did not say which');
    return { id, arn, pem };
  } catch (error) {
    if (error instanceof InvalidRequestException)
      throw badField('csr', 'is no certificate request that the broker takes (PEM, RSA 2048 or EC P-256)');
    throw error;
  }
}

async function endpointOf(iot: IoTClient): Promise<{ host: string; port: number }> {
  const { endpointAddress } = await iot.send(new DescribeEndpointCommand({ endpointType: 'iot:Data-ATS' }));
  const [host, port] = endpointAddress?.split(':') ?? [];
  if (!host) throw new Error('IoT named no endpoint');
  return { host, port: port === undefined ? MQTT_PORT : Number(port) };
}
