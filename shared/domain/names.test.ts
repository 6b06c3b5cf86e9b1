import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isAccountName, isMemberName, slugOf } from './names.ts';

describe('names that schedulers carry', () => {
  it('makes an account of a team name', () => {
    expect(slugOf('Quantum Chemistry')).toBe('quantum-chemistry');
    expect(slugOf('  Équipe  Nº 7 ')).toBe('equipe-no-7');
    expect(slugOf('3D Imaging')).toBe('d-imaging');
  });

  it('makes none where nothing is left, where it is too long, or where sacctmgr would read a keyword', () => {
    for (const name of ['', '42', '—', 'root', 'Where', 'all', 'x'.repeat(33)])
      expect(slugOf(name)).toBeUndefined();
  });

  it('never makes a name that a scheduler can not carry', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (name) => {
        const slug = slugOf(name);
        expect(slug === undefined || isAccountName(slug)).toBe(true);
        if (slug !== undefined) expect(slug).not.toMatch(/[,=\s|'"]|^-/);
      }),
      { numRuns: 1000 },
    );
  });

  it('takes names of people as Linux does', () => {
    for (const name of ['ada', '_svc', 'j.doe-2']) expect(isMemberName(name)).toBe(true);
    for (const name of ['Ada', '-x', 'a b', 'a,b', 'a=b', 'root', '', 'é'])
      expect(isMemberName(name)).toBe(false);
  });
});
