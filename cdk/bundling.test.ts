import { describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { checkEntries } from './bundling.ts';
import { functionNames, functions } from './functions.ts';

describe('bundling', () => {
  it('names each function whose entry file is missing, and its path', () => {
    const folder = mkdtempSync(join(tmpdir(), 'keystone-entries-'));
    try {
      for (const name of functionNames.filter((each) => each !== 'ledger')) {
        const file = join(folder, functions[name].entry);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, '');
      }
      expect(() => checkEntries(folder)).toThrow(/:\n {2}ledger: lambdas\/workers\/ledger\.lambda\.ts$/);
      writeFileSync(join(folder, functions.ledger.entry), '');
      expect(() => checkEntries(folder)).not.toThrow();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
