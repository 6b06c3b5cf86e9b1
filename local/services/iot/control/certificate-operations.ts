import * as z from 'zod';
import { certificateOfPrincipal, iotArn } from '../arns.ts';
import type { CertificateAuthority } from '../authority/certificate-authority.ts';
import { InvalidDeviceRequest } from '../authority/device-request.ts';
import { invalid } from '../iot-error.ts';
import type { Registry } from '../registry/registry.ts';
import { bodyOf, type Operation } from './operation.ts';

export interface CertificateServices {
  readonly authority: CertificateAuthority;
  readonly registry: Registry;
  /** Told when a certificate is no longer ACTIVE. */
  readonly onDeactivated: (certificateId: string) => void;
}

const csrSchema = z.object({ certificateSigningRequest: z.string().min(1).max(4_096) });
const targetSchema = z.object({ target: z.string() });
const statusSchema = z.enum(['ACTIVE', 'INACTIVE', 'REVOKED']);

/** Certificates, and the policies attached to them. */
export const certificateOperations = ({
  authority,
  registry,
  onDeactivated,
}: CertificateServices): Operation[] => [
  {
    name: 'CreateCertificateFromCsr',
    method: 'POST',
    path: '/certificates',
    plan: (request) => ({
      resources: ['*'],
      perform: async () => {
        const { certificateSigningRequest } = bodyOf(csrSchema, request);
        const { certificateId, pem } = await issue(authority, certificateSigningRequest);
        const active = request.query.get('setAsActive') === 'true';
        registry.addCertificate(certificateId, pem, active ? 'ACTIVE' : 'INACTIVE');
        return { certificateArn: iotArn('cert', certificateId), certificateId, certificatePem: pem };
      },
    }),
  },
  {
    name: 'DescribeCertificate',
    method: 'GET',
    path: '/certificates/{certificateId}',
    plan: ({ labels: { certificateId = '' } }) => ({
      resources: [iotArn('cert', certificateId)],
      perform: () => ({ certificateDescription: describe(registry, certificateId) }),
    }),
  },
  {
    name: 'UpdateCertificate',
    method: 'PUT',
    path: '/certificates/{certificateId}',
    plan: ({ labels: { certificateId = '' }, query }) => ({
      resources: [iotArn('cert', certificateId)],
      perform: () => {
        const status = statusSchema.safeParse(query.get('newStatus'));
        if (!status.success) return invalid(`newStatus is one of ${statusSchema.options.join(', ')}`);
        registry.setStatus(certificateId, status.data);
        if (status.data !== 'ACTIVE') onDeactivated(certificateId);
        return {};
      },
    }),
  },
  policyOperation('AttachPolicy', 'PUT', (policy, certificate) => registry.attachPolicy(policy, certificate)),
  policyOperation('DetachPolicy', 'POST', (policy, certificate) =>
    registry.detachPolicy(policy, certificate),
  ),
];

const policyOperation = (
  name: string,
  method: 'PUT' | 'POST',
  change: (policy: string, certificateId: string) => void,
): Operation => ({
  name,
  method,
  path: '/target-policies/{policyName}',
  plan: (request) => {
    const { target } = bodyOf(targetSchema, request);
    return {
      resources: [target],
      perform: () => {
        change(request.labels['policyName'] ?? '', certificateOfPrincipal(target));
        return {};
      },
    };
  },
});

const issue = async (authority: CertificateAuthority, csr: string) => {
  try {
    return await authority.issueDevice(csr);
  } catch (error) {
    if (error instanceof InvalidDeviceRequest) return invalid(error.message);
    throw error;
  }
};

const describe = (registry: Registry, certificateId: string) => {
  const { pem, status, created, modified } = registry.certificate(certificateId);
  return {
    certificateArn: iotArn('cert', certificateId),
    certificateId,
    status,
    certificatePem: pem,
    creationDate: created / 1_000,
    lastModifiedDate: modified / 1_000,
  };
};
