import fc from 'fast-check';
import type { Change } from '../scheduler.ts';

interface Parts {
  account: fc.Arbitrary<string>;
  user: fc.Arbitrary<string>;
  limitMinutes: fc.Arbitrary<number>;
}

/** A change of any kind that touches an account which is there. */
export const arbitraryChange = ({ account, user, limitMinutes }: Parts): fc.Arbitrary<Change> =>
  fc.oneof(
    fc.record({ kind: fc.constant('set-limit' as const), account, limitMinutes }),
    fc.record({ kind: fc.constantFrom('lock' as const, 'unlock' as const), account }),
    fc.record({
      kind: fc.constantFrom('add-member' as const, 'block-member' as const, 'unblock-member' as const),
      account,
      user,
    }),
    fc.record({
      kind: fc.constant('remove-member' as const),
      account,
      user,
      defaultAccount: fc.option(account),
    }),
  );

/** The same, or a new account. */
export const arbitraryChangeOrAccount = (parts: Parts): fc.Arbitrary<Change> =>
  fc.oneof(
    fc.record({
      kind: fc.constant('add-account' as const),
      account: parts.account,
      locked: fc.boolean(),
    }),
    { weight: 4, arbitrary: arbitraryChange(parts) },
  );
