import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson, changedAccounts, replaceAccounts } from './policy-content.ts';

const accounts = fc.uniqueArray(
  fc.record({ account: fc.string({ minLength: 1, maxLength: 4 }), limit: fc.nat(5) }),
  { maxLength: 8, selector: ({ account }) => account },
);
const sorted = <A extends { account: string }>(list: readonly A[]) =>
  [...list].sort((a, b) => (a.account < b.account ? -1 : 1));

describe('policy content', () => {
  it('has equal bytes for equal content, whatever the order of keys', () => {
    expect(canonicalJson({ b: [1, { d: null, c: 'x' }], a: true })).toBe(
      canonicalJson({ a: true, b: [1, { c: 'x', d: null }] }),
    );
    expect(canonicalJson({ a: 1, b: undefined })).toBe('{"a":1}');
  });

  it('has different bytes for different content', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        const plain = (value: unknown): unknown => JSON.parse(canonicalJson(value));
        expect(canonicalJson(plain(a))).toBe(canonicalJson(a));
        if (canonicalJson(a) === canonicalJson(b)) expect(plain(a)).toEqual(plain(b));
      }),
    );
  });

  it('gives back the new state from the old one and the accounts that changed', () => {
    fc.assert(
      fc.property(accounts, accounts, (before, changes) => {
        const after = sorted(replaceAccounts(before, changes));
        expect(replaceAccounts(before, changedAccounts(before, after))).toEqual(after);
        expect(changedAccounts(after, after)).toEqual([]);
      }),
    );
  });
});
