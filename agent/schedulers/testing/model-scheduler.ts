import type { AccountState, Change, MemberState } from '../scheduler.ts';

/** What a change does to the accounts of a scheduler that obeys. */
export function applyToModel(accounts: readonly AccountState[], change: Change): readonly AccountState[] {
  if (change.kind === 'add-account') {
    const { account, locked } = change;
    return [...accounts, { account, parent: 'root', limitMinutes: 0, locked, members: [] }];
  }
  return accounts.map((found) => (found.account === change.account ? changed(found, change) : found));
}

function changed(found: AccountState, change: Exclude<Change, { kind: 'add-account' }>): AccountState {
  switch (change.kind) {
    case 'set-limit':
      return { ...found, limitMinutes: change.limitMinutes };
    case 'lock':
    case 'unlock':
      return { ...found, locked: change.kind === 'lock' };
    case 'add-member':
      return { ...found, members: [...found.members, newMember(change.user)] };
    case 'remove-member':
      return { ...found, members: found.members.filter(({ user }) => user !== change.user) };
    case 'block-member':
    case 'unblock-member': {
      const blocked = change.kind === 'block-member';
      return {
        ...found,
        members: found.members.map((member) =>
          member.user === change.user ? { ...member, blocked } : member,
        ),
      };
    }
  }
}

const newMember = (user: string): MemberState => ({
  user,
  blocked: false,
  isDefault: false,
  holdsRights: false,
});
