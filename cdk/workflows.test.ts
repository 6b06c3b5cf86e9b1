import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../.github/workflows');
const workflows = readdirSync(folder).map((name) => ({
  name,
  text: readFileSync(join(folder, name), 'utf8'),
}));

describe('the workflows', () => {
  it('are a check and a deployment', () => {
    expect(workflows.map(({ name }) => name).sort()).toEqual(['check.yml', 'deploy.yml']);
  });

  it.each(workflows)('$name takes every action by the commit that was read', ({ text }) => {
    const used = [...text.matchAll(/uses: (\S+)(.*)/g)];
    expect(used.length).toBeGreaterThan(0);
    for (const [, action, comment] of used) {
      expect(`${action}${comment}`).toMatch(/^[\w.-]+\/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
  });

  it.each(workflows)('$name holds no key', ({ text }) => {
    expect(text).not.toMatch(/secrets\.|aws-secret-access-key|AKIA/);
  });
});
