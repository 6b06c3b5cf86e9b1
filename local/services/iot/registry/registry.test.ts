import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRegistry, type Registry } from './registry.ts';
import { openStateFile } from './state-file.ts';

describe('openRegistry', () => {
  let folder: string;
  const open = (): Registry =>
    openRegistry(openStateFile(join(folder, 'registry.json')), new Set(['agents', ...extra]), () => 5);
  const extra = Array.from({ length: 10 }, (_, at) => `policy-${at}`);
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'registry-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('has on disk what it answered', () => {
    const registry = open();
    registry.createThing('a', { site: 'north' });
    registry.addCertificate('c', 'PEM', 'ACTIVE');
    registry.attachThing('a', 'c');
    registry.attachPolicy('agents', 'c');
    const again = open();
    expect(again.thing('a')).toEqual(registry.thing('a'));
    expect(again.certificate('c')).toEqual({
      pem: 'PEM',
      status: 'ACTIVE',
      created: 5,
      modified: 5,
      policies: ['agents'],
      things: ['a'],
    });
    expect(readdirSync(folder)).toEqual(['registry.json']);
  });

  it('makes a thing once, and refuses it with other attributes', () => {
    const registry = open();
    const { id } = registry.createThing('a', { site: 'north' });
    expect(registry.createThing('a', { site: 'north' }).id).toBe(id);
    expect(() => registry.createThing('a', {})).toThrow(
      expect.objectContaining({ name: 'ResourceAlreadyExistsException' }),
    );
  });

  it('keeps a revoked certificate revoked', () => {
    const registry = open();
    registry.addCertificate('c', 'PEM', 'ACTIVE');
    registry.setStatus('c', 'INACTIVE');
    registry.setStatus('c', 'ACTIVE');
    registry.setStatus('c', 'REVOKED');
    registry.setStatus('c', 'REVOKED');
    expect(() => registry.setStatus('c', 'ACTIVE')).toThrow(
      expect.objectContaining({ name: 'CertificateStateException' }),
    );
    expect(open().certificate('c').status).toBe('REVOKED');
  });

  it('attaches and detaches as often as it is told', () => {
    const registry = open();
    registry.createThing('a', {});
    registry.addCertificate('c', 'PEM', 'ACTIVE');
    registry.attachThing('a', 'c');
    registry.attachThing('a', 'c');
    expect(registry.certificatesOf('a')).toEqual(['c']);
    registry.detachThing('a', 'c');
    registry.detachThing('a', 'c');
    expect(registry.certificatesOf('a')).toEqual([]);
  });

  it('does not attach what does not exist', () => {
    const registry = open();
    registry.createThing('a', {});
    registry.addCertificate('c', 'PEM', 'ACTIVE');
    const missing = expect.objectContaining({ name: 'ResourceNotFoundException' });
    expect(() => registry.attachThing('b', 'c')).toThrow(missing);
    expect(() => registry.attachThing('a', 'd')).toThrow(missing);
    expect(() => registry.attachPolicy('none', 'c')).toThrow(missing);
    expect(() => registry.thing('constructor')).toThrow(missing);
  });

  it('attaches at most ten policies', () => {
    const registry = open();
    registry.addCertificate('c', 'PEM', 'ACTIVE');
    for (const policy of extra) registry.attachPolicy(policy, 'c');
    expect(() => registry.attachPolicy('agents', 'c')).toThrow(
      expect.objectContaining({ name: 'LimitExceededException' }),
    );
    expect(registry.certificate('c').policies).toEqual(extra);
  });

  it('refuses to start on a file that is no registry, naming it', () => {
    writeFileSync(join(folder, 'registry.json'), '{"things": 1}');
    expect(open).toThrow(/registry\.json is no IoT registry/);
  });
});
