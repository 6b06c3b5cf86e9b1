import type { AccountState, Change } from './scheduler.ts';

/** Whether the accounts, as read after a change was written, show it. */
export function shows(accounts: readonly AccountState[], change: Change): boolean {
  const account = accounts.find((candidate) => candidate.account === change.account);
  if (account === undefined) return false;
  switch (change.kind) {
    case 'add-account':
      return !change.locked || account.locked;
    case 'set-limit':
      return account.limitMinutes === change.limitMinutes;
    case 'lock':
      return account.locked;
    case 'unlock':
      return !account.locked;
    case 'add-member':
    case 'unblock-member':
      return member(account, change.user)?.blocked === false;
    case 'block-member':
      return member(account, change.user)?.blocked === true;
    case 'remove-member':
      return member(account, change.user) === undefined;
  }
}

const member = (account: AccountState, user: string) =>
  account.members.find((candidate) => candidate.user === user);
