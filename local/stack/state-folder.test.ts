import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openStateFolder, StateFolderError } from './state-folder.ts';

describe('the state folder', () => {
  let path = '';
  beforeEach(() => {
    path = join(mkdtempSync(join(tmpdir(), 'keystone-state-')), 'state');
  });
  afterEach(() => rmSync(join(path, '..'), { recursive: true, force: true }));

  it('keeps what it holds, and forgets it on reset', () => {
    openStateFolder(path, false).release();
    writeFileSync(join(path, 'thing'), 'x');
    openStateFolder(path, false).release();
    expect(existsSync(join(path, 'thing'))).toBe(true);
    openStateFolder(path, true).release();
    expect(existsSync(join(path, 'thing'))).toBe(false);
  });

  it('lets other users pass to the Slurm in it, and lists nothing to them', () => {
    openStateFolder(path, false).release();
    expect(statSync(path).mode & 0o777).toBe(0o711);
  });

  it('belongs to one running stack at a time', () => {
    openStateFolder(path, false);
    writeFileSync(join(path, 'lock'), String(process.ppid));
    expect(() => openStateFolder(path, false)).toThrow(`in use by process ${process.ppid}`);
    // A process that is gone holds nothing.
    writeFileSync(join(path, 'lock'), '999999999');
    expect(() => openStateFolder(path, false)).not.toThrow();
  });

  it('refuses a folder of somebody else, and state of another version', () => {
    mkdirSync(path);
    writeFileSync(join(path, 'thesis.tex'), '');
    expect(() => openStateFolder(path, true)).toThrow(StateFolderError);
    rmSync(join(path, 'thesis.tex'));
    openStateFolder(path, false).release();
    writeFileSync(join(path, 'version'), '0');
    expect(() => openStateFolder(path, false)).toThrow('npm start -- --reset');
  });
});
