import { KeyObject, webcrypto } from 'node:crypto';
import { x509 } from '../authority/x509-library.ts';

/** Makes a key and a certificate request as a device does. */
export const deviceRequestOf = async (name: string): Promise<{ csr: string; key: string }> => {
  const keys = await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
    'sign',
    'verify',
  ]);
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: `CN=${name}`,
    keys,
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
  });
  const key = KeyObject.from(keys.privateKey).export({ format: 'pem', type: 'pkcs8' }).toString();
  return { csr: request.toString('pem'), key };
};
