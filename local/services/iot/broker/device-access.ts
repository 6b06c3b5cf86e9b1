import { iotArn } from '../arns.ts';
import type { PolicyDocument } from '../policy/policy-document.ts';
import { isAllowed, type PolicyAction } from '../policy/policy-evaluator.ts';
import type { Registry } from '../registry/registry.ts';

/** Who acts on the broker: the certificate of the TLS session and the client id of its CONNECT. */
export interface Device {
  readonly certificateId: string;
  readonly clientId: string;
}

export type DeviceMay = (device: Device, action: PolicyAction, name: string) => boolean;

const resourceKinds = {
  'iot:Connect': 'client',
  'iot:Publish': 'topic',
  'iot:RetainPublish': 'topic',
  'iot:Receive': 'topic',
  'iot:Subscribe': 'topicfilter',
} as const;

/** Asks the policies that are attached to the device's certificate now, so that detaching one works at once. */
export const deviceAccess =
  (registry: Registry, documents: ReadonlyMap<string, PolicyDocument>): DeviceMay =>
  ({ certificateId, clientId }, action, name) => {
    const certificate = registry.findCertificate(certificateId);
    const attached = (certificate?.policies ?? []).flatMap((policy) => documents.get(policy) ?? []);
    return isAllowed(attached, action, iotArn(resourceKinds[action], name), {
      clientId,
      thingName: certificate?.things.includes(clientId) ? clientId : undefined,
    });
  };
