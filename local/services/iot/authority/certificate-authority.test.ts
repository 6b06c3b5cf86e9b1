import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { copyFile, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deviceRequestOf } from '../testing/device-request-of.ts';
import { certificateIdOf, openAuthority } from './certificate-authority.ts';
import { InvalidDeviceRequest } from './device-request.ts';

describe('openAuthority', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'authority-'));
  });
  afterEach(async () => await rm(folder, { recursive: true }));

  it('signs a device certificate that it still vouches for after a restart', async () => {
    const { csr } = await deviceRequestOf('device');
    const { pem, certificateId } = await (await openAuthority(folder)).issueDevice(csr);
    const ca = new X509Certificate((await openAuthority(folder)).ca);
    const certificate = new X509Certificate(pem);
    expect(certificate.verify(ca.publicKey)).toBe(true);
    expect(certificate.checkIssued(ca)).toBe(true);
    expect(certificate.ca).toBe(false);
    expect(certificate.subject).toBe('CN=device');
    expect(certificateId).toBe(certificateIdOf(certificate.raw));
  });

  it('gives the server a certificate for this machine', async () => {
    const { cert } = await (await openAuthority(folder)).issueServer();
    const certificate = new X509Certificate(cert);
    expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(certificate.checkHost('localhost')).toBe('localhost');
  });

  it('keeps its key from other users of the machine', async () => {
    await openAuthority(folder);
    expect((await stat(join(folder, 'authority-key.pem'))).mode & 0o077).toBe(0);
  });

  it('refuses to start with half of its files', async () => {
    await openAuthority(folder);
    await rm(join(folder, 'authority-key.pem'));
    await expect(openAuthority(folder)).rejects.toThrow(/holds half of an IoT authority/);
  });

  it('refuses to start with the key of another authority', async () => {
    await openAuthority(folder);
    await openAuthority(join(folder, 'other'));
    await copyFile(join(folder, 'other', 'authority-key.pem'), join(folder, 'authority-key.pem'));
    await expect(openAuthority(folder)).rejects.toThrow(/is not the key of/);
  });

  it('refuses a request that its key did not sign', async () => {
    const authority = await openAuthority(folder);
    const { csr } = await deviceRequestOf('device');
    const der = Buffer.from(csr.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64');
    der[der.indexOf('device')] = 'D'.charCodeAt(0);
    const forged = `-----BEGIN CERTIFICATE REQUEST-----\n${der.toString('base64')}\n-----END CERTIFICATE REQUEST-----`;
    await expect(authority.issueDevice(forged)).rejects.toThrow(/not signed by the key/);
  });

  it('refuses what is no request', async () => {
    const authority = await openAuthority(folder);
    await expect(authority.issueDevice('nonsense')).rejects.toThrow(InvalidDeviceRequest);
    const { publicKey } = generateKeyPairSync('ed25519');
    const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString();
    await expect(authority.issueDevice(pem)).rejects.toThrow(InvalidDeviceRequest);
  });
});
