import { existsSync } from 'node:fs';
import { createHash, createPrivateKey, webcrypto, X509Certificate } from 'node:crypto';
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Extension, PublicKeyType, X509Certificate as Certificate } from '@peculiar/x509';
import { parseDeviceRequest } from './device-request.ts';
import { x509 } from './x509-library.ts';

const elliptic = { name: 'ECDSA', namedCurve: 'P-256' };
const signing = { name: 'ECDSA', hash: 'SHA-256' };
const authorityName = 'CN=Keystone local IoT authority';
/** The last second of every certificate that AWS IoT signs. */
const lastDay = new Date('2049-12-31T23:59:59Z');
/** A device whose clock is a little behind can still connect. */
const allowedSkewMs = 5 * 60_000;

export interface DeviceCertificate {
  /** SHA-256 of the certificate, as AWS IoT numbers them. */
  readonly certificateId: string;
  readonly pem: string;
}

export interface CertificateAuthority {
  /** PEM of the authority itself. */
  readonly ca: string;
  issueServer(): Promise<{ readonly cert: string; readonly key: string }>;
  /** @throws InvalidDeviceRequest where the request is not one that AWS would sign. */
  issueDevice(csr: string): Promise<DeviceCertificate>;
}

/** Numbers a certificate: lower-case SHA-256 of its DER bytes. */
export const certificateIdOf = (der: Uint8Array): string => createHash('sha256').update(der).digest('hex');

interface Signer {
  readonly certificate: Certificate;
  readonly key: webcrypto.CryptoKey;
}

/** Opens the authority of a folder, or founds it there at the first start. */
export const openAuthority = async (stateDir: string): Promise<CertificateAuthority> => {
  const signer = await openSigner(stateDir);
  const issue = (subject: string, publicKey: PublicKeyType, extensions: Extension[]) =>
    x509.X509CertificateGenerator.create({
      subject,
      issuer: signer.certificate.subject,
      publicKey,
      signingKey: signer.key,
      signingAlgorithm: signing,
      // TLS judges these dates by the machine's clock, so an injected one would be of no use.
      notBefore: new Date(Date.now() - allowedSkewMs),
      notAfter: lastDay,
      extensions,
    });

  return {
    ca: signer.certificate.toString('pem'),
    issueServer: async () => {
      const keys = await webcrypto.subtle.generateKey(elliptic, true, ['sign', 'verify']);
      const certificate = await issue('CN=localhost', keys.publicKey, serverExtensions());
      return { cert: certificate.toString('pem'), key: await privatePem(keys.privateKey) };
    },
    issueDevice: async (csr) => {
      const { subject, publicKey } = await parseDeviceRequest(csr);
      const certificate = await issue(subject, publicKey, deviceExtensions());
      return {
        certificateId: certificateIdOf(new Uint8Array(certificate.rawData)),
        pem: certificate.toString('pem'),
      };
    },
  };
};

const serverExtensions = (): Extension[] => [
  new x509.BasicConstraintsExtension(false, undefined, true),
  new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
  new x509.SubjectAlternativeNameExtension([
    { type: 'dns', value: 'localhost' },
    { type: 'ip', value: '127.0.0.1' },
  ]),
];

const deviceExtensions = (): Extension[] => [
  new x509.BasicConstraintsExtension(false, undefined, true),
  new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
];

const openSigner = async (stateDir: string): Promise<Signer> => {
  const files = { certificate: join(stateDir, 'authority.pem'), key: join(stateDir, 'authority-key.pem') };
  if (existsSync(files.certificate) !== existsSync(files.key)) {
    throw new Error(
      `${stateDir} holds half of an IoT authority; restore the other file or remove the folder`,
    );
  }
  if (!existsSync(files.certificate)) await foundAuthority(stateDir, files);
  const pem = await readFile(files.certificate, 'utf8');
  const keyPem = await readFile(files.key, 'utf8');
  if (!new X509Certificate(pem).checkPrivateKey(createPrivateKey(keyPem))) {
    throw new Error(
      `${files.key} is not the key of ${files.certificate}; restore the right one or remove ${stateDir}`,
    );
  }
  const der = createPrivateKey(keyPem).export({ format: 'der', type: 'pkcs8' });
  const key = await webcrypto.subtle.importKey('pkcs8', new Uint8Array(der), elliptic, false, ['sign']);
  return { certificate: new x509.X509Certificate(pem), key };
};

const foundAuthority = async (
  stateDir: string,
  files: { certificate: string; key: string },
): Promise<void> => {
  const keys = await webcrypto.subtle.generateKey(elliptic, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: authorityName,
    keys,
    signingAlgorithm: signing,
    notBefore: new Date(Date.now() - allowedSkewMs),
    notAfter: lastDay,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    ],
  });
  await mkdir(stateDir, { recursive: true });
  await writeWhole(files.key, await privatePem(keys.privateKey));
  await writeWhole(files.certificate, certificate.toString('pem'));
};

const writeWhole = async (path: string, text: string): Promise<void> => {
  await writeFile(`${path}.new`, text, { mode: 0o600 });
  await chmod(`${path}.new`, 0o600);
  await rename(`${path}.new`, path);
};

const privatePem = async (key: webcrypto.CryptoKey): Promise<string> => {
  const der = await webcrypto.subtle.exportKey('pkcs8', key);
  return createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' })
    .export({ format: 'pem', type: 'pkcs8' })
    .toString();
};
