import type { PolicyAccount } from '@keystone/shared/contracts/policy.ts';
import type { Day } from '@keystone/shared/domain/calendar.ts';
import { mayUseCluster } from '@keystone/shared/domain/cluster-access.ts';
import { hasBegun, type AwardedGrant } from '@keystone/shared/domain/entitlements.ts';
import { isMemberName } from '@keystone/shared/domain/names.ts';
import {
  readClusterEntitlements,
  readMany,
  readTeamMembers,
  type TeamMember,
} from '@keystone/shared/store/table/control-reader.ts';
import { mapBounded } from '@keystone/shared/store/table/map-bounded.ts';
import type { Stored } from '@keystone/shared/store/table/records.ts';
import type { ControlTable } from '@keystone/shared/store/table/tables.ts';

/** What people decided about an account; figures of its use come to it later. */
export type DesiredAccount = Pick<PolicyAccount, 'account' | 'locked' | 'members' | 'credits'> & {
  awards: readonly AwardedGrant[];
};

/** Queries under way at once: a client holds 50 connections. */
const QUERIES = 50;

/**
 * The accounts that a cluster should know, sorted by name: those of which a grant has begun, or that it knows already.
 * Everything is read strongly consistently, from keys.
 */
export async function readDesiredAccounts(
  table: ControlTable,
  clusterId: number,
  known: ReadonlySet<string>,
  today: Day,
): Promise<DesiredAccount[]> {
  const [clusters, rows] = await Promise.all([
    readMany(table, 'cluster', [clusterId]),
    readClusterEntitlements(table, clusterId),
  ]);
  const cluster = clusters.get(clusterId);
  const begun = rows.filter(
    ({ fields: { account, grants } }) => known.has(account) || grants.some((grant) => hasBegun(grant, today)),
  );
  const [teams, members] = await Promise.all([
    readMany(
      table,
      'team',
      begun.map(({ fields }) => fields.team),
    ),
    mapBounded(begun, QUERIES, ({ fields }) => readTeamMembers(table, fields.team)),
  ]);
  const accounts = begun.map(({ fields }, index) => ({
    account: fields.account,
    locked: isLocked(cluster, teams.get(fields.team)),
    members: memberNames(members[index] ?? []),
    credits: 0,
    awards: fields.grants,
  }));
  return accounts.sort((a, b) => (a.account < b.account ? -1 : 1));
}

function isLocked(cluster: Stored<'cluster'> | undefined, team: Stored<'team'> | undefined): boolean {
  if (!cluster || cluster.hidden || !team || team.hidden || !team.fields.is_active) return true;
  return !mayUseCluster(cluster.fields, team.fields.id);
}

/** Members whom a cluster can carry, sorted. */
function memberNames(members: readonly TeamMember[]): string[] {
  return members
    .filter(({ username, active }) => active && isMemberName(username))
    .map(({ username }) => username)
    .sort();
}
