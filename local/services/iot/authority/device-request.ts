import { createPublicKey } from 'node:crypto';
import type { Pkcs10CertificateRequest, PublicKey } from '@peculiar/x509';
import { x509 } from './x509-library.ts';

/** A certificate request that AWS IoT would not sign either. */
export class InvalidDeviceRequest extends Error {
  override name = 'InvalidDeviceRequest';
}

export interface DeviceRequest {
  readonly subject: string;
  readonly publicKey: PublicKey;
}

const minRsaBits = 2_048;
const curves = ['prime256v1', 'secp384r1', 'secp521r1'];

/**
 * Reads a PKCS #10 request, proves that its sender holds the key, and accepts the keys that AWS IoT accepts: RSA of at
 * least 2,048 bits or a NIST curve.
 */
export const parseDeviceRequest = async (csr: string): Promise<DeviceRequest> => {
  const request = readRequest(csr);
  const refusal = keyRefusal(request.publicKey);
  if (refusal !== undefined) throw new InvalidDeviceRequest(refusal);
  if (!(await verified(request))) {
    throw new InvalidDeviceRequest('The certificate request is not signed by the key that it names');
  }
  return { subject: request.subject, publicKey: request.publicKey };
};

const readRequest = (csr: string): Pkcs10CertificateRequest => {
  try {
    return new x509.Pkcs10CertificateRequest(csr);
  } catch (cause) {
    throw new InvalidDeviceRequest('The certificate request is not PEM of a PKCS #10 request', { cause });
  }
};

const keyRefusal = (publicKey: PublicKey): string | undefined => {
  const key = createPublicKey({ key: Buffer.from(publicKey.rawData), format: 'der', type: 'spki' });
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'rsa' && (modulusLength ?? 0) >= minRsaBits) return undefined;
  if (key.asymmetricKeyType === 'ec' && curves.includes(namedCurve ?? '')) return undefined;
  return `The key of the certificate request is ${key.asymmetricKeyType ?? 'unknown'} ${namedCurve ?? modulusLength ?? ''}; use RSA of at least 2,048 bits or a NIST curve`;
};

const verified = async (request: Pkcs10CertificateRequest): Promise<boolean> => {
  try {
    return await request.verify();
  } catch {
    // The library throws where the signature does not even have the form that the key asks for.
    return false;
  }
};
