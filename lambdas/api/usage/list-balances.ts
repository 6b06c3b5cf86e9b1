import type { Balance } from '@keystone/shared/contracts/rest/usage.ts';
import { balanceFilters } from '@keystone/shared/contracts/rest/operations.ts';
import { isAccountLocked } from '@keystone/shared/domain/cluster-access.ts';
import { settleAccount } from '@keystone/shared/domain/entitlements.ts';
import { entitledSeconds, isLive } from '@keystone/shared/domain/grants.ts';
import { readBalances, readDayUsage } from '@keystone/shared/store/ledger/balance-reader.ts';
import { batchReadItems } from '@keystone/shared/store/table/batch-reader.ts';
import {
  readClusterEntitlements,
  readMany,
  readTeamClusters,
} from '@keystone/shared/store/table/control-reader.ts';
import { readRecord } from '@keystone/shared/store/table/items.ts';
import { entitlementKey } from '@keystone/shared/store/table/kinds.ts';
import { mapBounded } from '@keystone/shared/store/table/map-bounded.ts';
import type { RecordShapes } from '@keystone/shared/store/table/records.ts';
import { listKind } from '@keystone/shared/store/lists/list-kind.ts';
import type { Reply } from '../http/reply.ts';
import { passes } from '../lists/filter.ts';
import { exactIds, parseListQuery, type ListQuery } from '../lists/list-query.ts';
import { pageOf } from '../lists/page.ts';
import { clusterSummary, teamSummary } from '../presenting/summaries.ts';
import { callerTeams, todayOf, type ApiRequest } from '../resources/api-request.ts';

const PARALLEL = 25;
type Entitlement = RecordShapes['entitlement'];

/** What accounts were awarded, used and have left, one row for each account of a cluster; in billing-seconds. */
export async function listBalances(request: ApiRequest): Promise<Reply> {
  const query = parseListQuery(request.call.query, { filters: balanceFilters, choices: {} });
  const balances = await balancesOf(request, await wantedEntitlements(request, query));
  balances.sort((a, b) => a.cluster - b.cluster || (a.account < b.account ? -1 : 1));
  const page = pageOf(
    request.call,
    query,
    balances.map((balance) => {
      const { cluster, account, team, locked, _cluster, _team } = balance;
      const words = [account, _cluster.name, _team?.name ?? ''];
      return { record: balance, row: { values: { cluster, account, team, locked }, words } };
    }),
  );
  return { status: 200, body: page };
}

/** The visible rows that a query can want: a balance is dearer to compute than to leave out. */
async function wantedEntitlements(request: ApiRequest, query: ListQuery): Promise<Entitlement[]> {
  const known = query.filters.filter(({ field }) => field !== 'locked');
  const rows = await visibleEntitlements(request, query);
  return rows.filter(({ cluster, account, team }) =>
    passes({ values: { cluster, account, team }, words: [] }, known),
  );
}

/** Rows of the caller's own teams from their edges; for staff, those of each cluster. */
async function visibleEntitlements(request: ApiRequest, query: ListQuery): Promise<Entitlement[]> {
  const { control } = request.deps;
  const staff = request.caller.user.is_staff;
  const wanted = exactIds(query, 'team');
  if (staff && !wanted) {
    const clusters =
      exactIds(query, 'cluster') ?? (await listKind(control, 'cluster')).map(({ fields }) => fields.id);
    const rows = await mapBounded([...new Set(clusters)], PARALLEL, (id) =>
      readClusterEntitlements(control, id),
    );
    return rows.flat().map(({ fields }) => fields);
  }
  const own = await callerTeams(request);
  const teams = (wanted ?? [...own.keys()]).filter((team) => staff || own.has(team));
  const slugs = await readMany(control, 'team', teams);
  const keys = await mapBounded([...slugs.values()], PARALLEL, async ({ fields: { id, slug } }) =>
    (await readTeamClusters(control, id)).map((cluster) => entitlementKey(cluster, slug)),
  );
  const items = await batchReadItems(control, keys.flat());
  return items.map((item) => readRecord('entitlement', item).fields);
}

async function balancesOf({ deps }: ApiRequest, rows: readonly Entitlement[]): Promise<Balance[]> {
  const { control, ledger } = deps;
  const today = todayOf(deps);
  const [clusters, teams, totals, usage] = await Promise.all([
    readMany(
      control,
      'cluster',
      rows.map(({ cluster }) => cluster),
    ),
    readMany(
      control,
      'team',
      rows.map(({ team }) => team),
    ),
    readBalances(ledger, rows),
    mapBounded(rows, PARALLEL, ({ cluster, account }) => readDayUsage(ledger, cluster, account)),
  ]);
  return rows.flatMap((row, index): Balance[] => {
    const cluster = clusters.get(row.cluster);
    if (!cluster || cluster.hidden) return [];
    const team = teams.get(row.team);
    const { grants, baseline } = settleAccount(row.grants, usage[index] ?? []);
    const live = grants.filter((grant) => isLive(grant, today));
    const entitled = entitledSeconds({ baseline: 0, credits: 0, grants }, today);
    const { runs = 0, jobs = 0 } = totals[index] ?? {};
    // People are shown what counts against awards; what was used before the first of them does not.
    const used = runs - baseline;
    return [
      {
        cluster: row.cluster,
        _cluster: clusterSummary(cluster.fields),
        account: row.account,
        team: row.team,
        _team: team ? teamSummary(team.fields) : null,
        as_of: today,
        entitled,
        used,
        remaining: entitled - used,
        awarded: live.reduce((sum, { awarded }) => sum + awarded, 0),
        expire: firstEnd(live.map(({ until }) => until)),
        locked: isAccountLocked(cluster, team),
        jobs,
        grants: grants.map(({ withdrawn: _withdrawn, ...grant }) => grant),
      },
    ];
  });
}

const firstEnd = (ends: readonly (string | null)[]) =>
  ends.filter((end): end is string => end !== null).sort()[0] ?? null;
