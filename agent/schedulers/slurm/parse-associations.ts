import type { AgentProblem } from '@keystone/shared/contracts/agent.ts';
import type { AccountState, MemberState } from '../scheduler.ts';
import { SchedulerUnavailable } from '../scheduler-errors.ts';
import type { SlurmUser } from './parse-users.ts';
import { excerpt, linesOf, tresFigure } from './parse-values.ts';
import { associationColumns } from './read-arguments.ts';

interface Association {
  account: string;
  user: string;
  parent: string;
  limitMinutes: number | null;
  locked: boolean;
  blocked: boolean;
}

export interface Associations {
  readonly accounts: AccountState[];
  readonly problems: AgentProblem[];
}

/**
 * Accounts and their members from `sacctmgr -nP show assoc`.
 *
 * @throws SchedulerUnavailable where the answer holds no row of the cluster: each cluster has its root account, so an
 *   answer without it is no answer
 */
export function parseAssociations(
  output: string,
  cluster: string,
  users: ReadonlyMap<string, SlurmUser>,
): Associations {
  const rows: Association[] = [];
  const problems: AgentProblem[] = [];
  for (const line of linesOf(output)) {
    const row = parseRow(line, cluster);
    if (row !== undefined) rows.push(row);
    // sacctmgr neither quotes nor escapes, so a name that holds the separator can't be told from two.
    else
      problems.push({
        code: 'association-unreadable',
        detail: `this association can't be managed: ${excerpt(line)}`,
      });
  }
  if (!rows.some(({ account, user }) => account === 'root' && user === '')) {
    throw new SchedulerUnavailable(
      `slurmdbd tells nothing of the cluster ${cluster}: is it registered there (sacctmgr show cluster)?`,
    );
  }
  const twice = accountsToldTwice(rows);
  for (const name of twice)
    problems.push({
      code: 'association-unreadable',
      detail: `two rows tell of the account ${name}: the name of another holds a line break. Delete that one (sacctmgr show account)`,
    });
  return { accounts: accountsOf(rows, users, twice), problems };
}

/** sacctmgr prints a line break of a name as it is, so a name can look like the row of another account. */
function accountsToldTwice(rows: readonly Association[]): Set<string> {
  const seen = new Set<string>();
  const names = rows.filter(({ user }) => user === '').map(({ account }) => account);
  return new Set(names.filter((name) => seen.has(name) || !seen.add(name)));
}

function parseRow(line: string, cluster: string): Association | undefined {
  const fields = line.split('|');
  const [name, account, user, parent, grpTresMins, grpJobs, grpSubmitJobs, maxJobs, maxSubmitJobs] = fields;
  if (fields.length !== associationColumns.length || name !== cluster || !account || user === undefined)
    return undefined;
  return {
    account,
    user,
    parent: parent ?? '',
    limitMinutes: limitOf(grpTresMins),
    locked: grpJobs === '0' && grpSubmitJobs === '0',
    blocked: maxJobs === '0' && maxSubmitJobs === '0',
  };
}

/** A limit beyond what can be counted is none: Slurm stores a negative one as 2^64 less it. */
function limitOf(grpTresMins: string | undefined): number | null {
  const minutes = tresFigure(grpTresMins, 'billing');
  return minutes === undefined || !Number.isSafeInteger(minutes) ? null : minutes;
}

/** The limit of an account that is told twice is not known; it is written each time. */
function accountsOf(
  rows: readonly Association[],
  users: ReadonlyMap<string, SlurmUser>,
  toldTwice: ReadonlySet<string>,
): AccountState[] {
  const seen = new Set<string>();
  const members = Map.groupBy(
    rows.filter(({ user }) => user !== ''),
    ({ account }) => account,
  );
  return rows
    .filter(({ user, account }) => user === '' && !seen.has(account) && seen.add(account))
    .map(({ account, parent, limitMinutes, locked }) => ({
      account,
      parent,
      limitMinutes: toldTwice.has(account) ? null : limitMinutes,
      locked,
      members: [...Map.groupBy(members.get(account) ?? [], ({ user }) => user)].map(([user, own]) =>
        memberOf(user, account, own, users.get(user)),
      ),
    }));
}

/** A person may have a row for each partition; they are blocked where all of them are. */
function memberOf(
  user: string,
  account: string,
  own: readonly Association[],
  known: SlurmUser | undefined,
): MemberState {
  return {
    user,
    blocked: own.every(({ blocked }) => blocked),
    isDefault: known?.defaultAccount === account,
    holdsRights: known?.hasRights === true,
  };
}
