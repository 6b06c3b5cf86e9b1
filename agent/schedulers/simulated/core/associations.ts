import type { AccountState, Change } from '../../scheduler.ts';
import { done, refused, type Answer } from './answer.ts';
import { changeAccount, type Draft } from './draft.ts';
import { newAccount, ROOT, type Account, type Member, type SimulationState } from './simulation-state.ts';

const free: Member = { maxJobs: null, maxSubmitJobs: null };
const barred: Member = { maxJobs: 0, maxSubmitJobs: 0 };

/** An account as someone makes it by hand, beside the agent. */
export interface Declaration {
  readonly account: string;
  readonly parent?: string;
  readonly limitMinutes: number | null;
  readonly members: readonly string[];
}

export function declareAccount(
  draft: Draft,
  { account, parent, limitMinutes, members }: Declaration,
): Answer {
  if (!draft.accounts.has(parent ?? ROOT)) return refused(`This parent account '${parent}' doesn't exist.`);
  if (draft.accounts.has(account)) return refused('Nothing new added.');
  draft.accounts.set(account, { ...newAccount(parent ?? ROOT), limitMinutes });
  for (const user of members) addMember(draft, account, user);
  return done;
}

/** Writes one change of the agent, and refuses what Slurm refuses, in its words. */
export function writeChange(draft: Draft, change: Change): Answer {
  const { account: name } = change;
  const account = draft.accounts.get(name);
  if (change.kind === 'add-account') {
    if (account) return refused('Nothing new added.');
    const locks = change.locked ? { grpJobs: 0, grpSubmitJobs: 0 } : {};
    draft.accounts.set(name, { ...newAccount(ROOT), limitMinutes: 0, ...locks });
    return done;
  }
  if (!account) return refused('Nothing modified');
  switch (change.kind) {
    case 'set-limit':
      changeAccount(draft, name, { limitMinutes: change.limitMinutes });
      return done;
    case 'lock':
      changeAccount(draft, name, { grpJobs: 0, grpSubmitJobs: 0 });
      return done;
    case 'unlock':
      changeAccount(draft, name, { grpJobs: null, grpSubmitJobs: null });
      return done;
    case 'add-member':
      return account.members.has(change.user)
        ? refused('Nothing new added.')
        : addMember(draft, name, change.user);
    case 'block-member':
    case 'unblock-member':
      if (!account.members.has(change.user)) return refused('Nothing modified');
      setMember(draft, name, change.user, change.kind === 'block-member' ? barred : free);
      return done;
    case 'remove-member':
      return removeMember(draft, account, change);
  }
}

/** A person's first place makes the account their default. */
function addMember(draft: Draft, account: string, user: string): Answer {
  setMember(draft, account, user, free);
  if (!draft.defaultAccounts.has(user)) draft.defaultAccounts.set(user, account);
  return done;
}

function removeMember(
  draft: Draft,
  account: Account,
  { account: name, user, defaultAccount }: Extract<Change, { kind: 'remove-member' }>,
): Answer {
  if (!account.members.has(user)) return refused('Nothing deleted');
  if (defaultAccount !== null) {
    if (!draft.accounts.get(defaultAccount)?.members.has(user)) return refused('Nothing modified');
    draft.defaultAccounts.set(user, defaultAccount);
  }
  const active = [...draft.running.values(), ...draft.waiting.values()];
  if (active.some((job) => job.user === user && job.account === name))
    return refused('Job(s) active, cancel job(s) before remove');
  const members = new Map(account.members);
  members.delete(user);
  changeAccount(draft, name, { members });
  if (draft.defaultAccounts.get(user) === name) draft.defaultAccounts.delete(user);
  return done;
}

function setMember(draft: Draft, account: string, user: string, member: Member): void {
  const members = new Map(draft.accounts.get(account)?.members);
  changeAccount(draft, account, { members: members.set(user, member) });
}

/** Accounts and members as the agent reads them. */
export function accountStates({ accounts, defaultAccounts }: SimulationState): AccountState[] {
  return [...accounts].map(([account, { parent, limitMinutes, grpJobs, grpSubmitJobs, members }]) => ({
    account,
    parent,
    limitMinutes,
    locked: grpJobs === 0 && grpSubmitJobs === 0,
    members: [...members].map(([user, { maxJobs, maxSubmitJobs }]) => ({
      user,
      blocked: maxJobs === 0 && maxSubmitJobs === 0,
      isDefault: defaultAccounts.get(user) === account,
      holdsRights: false,
    })),
  }));
}
