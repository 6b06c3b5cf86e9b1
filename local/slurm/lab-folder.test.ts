import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { closedFolder, requireReachable, usualFolder } from './lab-folder.ts';

describe('the folder of a Slurm', () => {
  let checkout = '';
  beforeEach(() => {
    checkout = mkdtempSync(join(tmpdir(), 'keystone-checkout-'));
    chmodSync(checkout, 0o755);
  });
  afterEach(() => rmSync(checkout, { recursive: true, force: true }));

  it('lies in the checkout where its users can reach it, made already or not', () => {
    const dir = join(checkout, '.keystone/slurm');
    expect(usualFolder(checkout)).toBe(dir);
    mkdirSync(dir, { recursive: true });
    expect(usualFolder(checkout)).toBe(dir);
    expect(() => requireReachable(dir)).not.toThrow();
  });

  it('lies elsewhere where a folder above is closed, and one that was chosen there is refused by name', () => {
    chmodSync(checkout, 0o700);
    expect(usualFolder(checkout)).toBe('/var/tmp/keystone-slurm');
    const dir = join(checkout, 'mine');
    expect(closedFolder(dir)).toBe(checkout);
    expect(() => requireReachable(dir)).toThrow(`chmod o+x ${checkout}`);
  });
});
