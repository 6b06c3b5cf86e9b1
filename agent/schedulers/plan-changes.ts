import type { AgentProblem } from '@keystone/shared/contracts/agent.ts';
import { isAccountName } from '@keystone/shared/domain/names.ts';
import { planMembers } from './plan-members.ts';
import type { AccountState, Change, DesiredAccount, Plan, SchedulerState } from './scheduler.ts';

/**
 * The differences between what is wanted and what is. Accounts that are not wanted are not touched. What is taken away
 * comes first and what is given comes last, so that a pass that stops half-way gave nothing too much.
 */
export function planChanges(desired: readonly DesiredAccount[], state: SchedulerState): Plan {
  const current = new Map(state.accounts.map((account) => [account.account, account]));
  const problems: AgentProblem[] = [...state.problems];
  const changes: Change[] = [];
  for (const wanted of desired) {
    if (!isAccountName(wanted.account)) {
      problems.push({
        code: 'account-name',
        detail: `the scheduler can't carry the account ${JSON.stringify(wanted.account)}`,
      });
      continue;
    }
    const found = current.get(wanted.account);
    const members = planMembers(wanted, found?.members ?? [], state, desired);
    changes.push(...planAccount(wanted, found), ...members.changes);
    problems.push(...members.problems);
  }
  const rankOf = (change: Change) => rank(change, current);
  return { changes: changes.toSorted((a, b) => rankOf(a) - rankOf(b) || figure(a) - figure(b)), problems };
}

/** Equal limits follow each other, so that a scheduler may write them at once. */
const figure = (change: Change): number => ('limitMinutes' in change ? change.limitMinutes : 0);

/** A new account begins with a limit of 0, and gets its own when its members are in it. */
function planAccount(
  { account, locked, limitMinutes }: DesiredAccount,
  found: AccountState | undefined,
): Change[] {
  const setLimit: Change = { kind: 'set-limit', account, limitMinutes };
  if (found === undefined) {
    return [{ kind: 'add-account', account, locked }, ...(limitMinutes === 0 ? [] : [setLimit])];
  }
  return [
    ...(found.limitMinutes === limitMinutes ? [] : [setLimit]),
    ...(found.locked === locked ? [] : [{ kind: locked ? 'lock' : 'unlock', account } as const]),
  ];
}

function rank(change: Change, current: ReadonlyMap<string, AccountState>): number {
  switch (change.kind) {
    case 'lock':
      return 0;
    case 'block-member':
      return 1;
    case 'set-limit':
      return isCut(change.limitMinutes, current.get(change.account)) ? 2 : 6;
    case 'add-account':
      return 3;
    case 'add-member':
      return 4;
    case 'unblock-member':
      return 5;
    case 'unlock':
      return 7;
    case 'remove-member':
      return 8;
  }
}

const isCut = (limitMinutes: number, found: AccountState | undefined): boolean =>
  found !== undefined && (found.limitMinutes === null || limitMinutes < found.limitMinutes);
