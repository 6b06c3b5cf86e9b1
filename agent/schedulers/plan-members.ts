import type { AgentProblem } from '@keystone/shared/contracts/agent.ts';
import { isAccountName, isMemberName } from '@keystone/shared/domain/names.ts';
import type { DesiredAccount, MemberState, Plan, SchedulerState } from './scheduler.ts';

/** root submits to accounts by itself; its rows are the scheduler's own. */
const SCHEDULERS_OWN = 'root';

/**
 * Who joins and who leaves one account. Whoever leaves is blocked at once, and removed by a later plan that finds them
 * blocked and without jobs: the scheduler keeps the place of a person whose jobs run.
 */
export function planMembers(
  { account, members }: DesiredAccount,
  found: readonly MemberState[],
  state: SchedulerState,
  desired: readonly DesiredAccount[],
): Plan {
  const here = new Map(found.map((member) => [member.user, member]));
  const wanted = new Set(members);
  const plans = [
    ...members.map((user) => planStay(account, user, here.get(user), state)),
    ...found
      .filter(({ user }) => !wanted.has(user))
      .map((member) => planLeave(account, member, state, desired)),
  ];
  return {
    changes: plans.flatMap(({ changes }) => changes),
    problems: plans.flatMap(({ problems }) => problems),
  };
}

function planStay(
  account: string,
  user: string,
  found: MemberState | undefined,
  state: SchedulerState,
): Plan {
  if (!isMemberName(user))
    return problem('member-name', `the cluster can't carry the name ${JSON.stringify(user)} (${account})`);
  if (found === undefined) {
    // Jobs of a name that Slurm learnt before the machine did bounce until its controller looks again.
    if (state.unknownPeople.has(user))
      return problem(
        'member-unknown',
        `${user} (${account}) waits: this machine does not know the name, or can't tell just now`,
      );
    return { changes: [{ kind: 'add-member', account, user }], problems: [] };
  }
  return { changes: found.blocked ? [{ kind: 'unblock-member', account, user }] : [], problems: [] };
}

function planLeave(
  account: string,
  member: MemberState,
  state: SchedulerState,
  desired: readonly DesiredAccount[],
): Plan {
  const { user, blocked, holdsRights } = member;
  if (user === SCHEDULERS_OWN) return { changes: [], problems: [] };
  if (!isMemberName(user))
    return problem(
      'member-name',
      `${JSON.stringify(user)} is in ${account} and no command can carry the name: remove it by hand`,
    );
  if (!blocked) return { changes: [{ kind: 'block-member', account, user }], problems: [] };
  if (holdsRights && account === lastPlaceOf(user, state, desired)) {
    return problem(
      'member-rights',
      `${user} left ${account} and stays there blocked: with the last place in an account, rights on the scheduler would go`,
    );
  }
  const jobs = [...state.jobs.values()].filter((job) => job.user === user && job.account === account);
  if (jobs.some(({ started }) => started)) return { changes: [], problems: [] };
  if (jobs.length > 0) {
    return problem(
      'member-jobs-waiting',
      `${user} left ${account}, where ${jobs.length} waiting jobs of theirs will never start: cancel them`,
    );
  }
  return {
    changes: [
      { kind: 'remove-member', account, user, defaultAccount: nextDefault(account, member, state, desired) },
    ],
    problems: [],
  };
}

/**
 * The account in which a person stays who leaves all that they are in, or undefined where they stay in one anyway. It is the
 * same in each plan, so accounts that are left at once are not each other's reason to go; a default need not move for it.
 */
function lastPlaceOf(
  user: string,
  { accounts }: SchedulerState,
  desired: readonly DesiredAccount[],
): string | undefined {
  const wanted = new Map(desired.map(({ account, members }) => [account, members]));
  const places = accounts.flatMap(({ account, members }) =>
    members.filter((member) => member.user === user).map(({ isDefault }) => ({ account, isDefault })),
  );
  if (places.some(({ account }) => wanted.get(account)?.includes(user) ?? true)) return undefined;
  return (places.find(({ isDefault }) => isDefault) ?? places[0])?.account;
}

/** Where a leaving person's default goes: an account that they stay in, or null where it need not or can't move. */
function nextDefault(
  leaving: string,
  member: MemberState,
  state: SchedulerState,
  desired: readonly DesiredAccount[],
): string | null {
  if (!member.isDefault) return null;
  const wanted = new Map(desired.map(({ account, members }) => [account, members]));
  const stays = state.accounts.find(
    ({ account, members }) =>
      account !== leaving &&
      isAccountName(account) &&
      members.some(({ user, blocked }) => user === member.user && !blocked) &&
      (wanted.get(account)?.includes(member.user) ?? true),
  );
  return stays?.account ?? null;
}

const problem = (code: string, detail: string): Plan => ({
  changes: [],
  problems: [{ code, detail } satisfies AgentProblem],
});
