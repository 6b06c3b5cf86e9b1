import type { DecisionResult } from '@keystone/shared/contracts/rest/decision.ts';
import type { Day } from '@keystone/shared/domain/calendar.ts';
import { settleGrants, type AwardedGrant } from '@keystone/shared/domain/entitlements.ts';
import { entitledSeconds, splitAtFirstGrant, type DayUsage } from '@keystone/shared/domain/grants.ts';
import { readDayUsage } from '@keystone/shared/store/ledger/balance-reader.ts';
import type { Placement } from '../allocations/place-awards.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { readReferenced } from '../presenting/referenced.ts';
import { clusterSummary } from '../presenting/summaries.ts';
import { todayOf } from '../resources/api-request.ts';

/** What an account may use on each cluster before and after a decision, in billing-seconds. */
export async function effectsOf(
  deps: ApiDependencies,
  placements: readonly Placement[],
): Promise<DecisionResult['effects']> {
  const today = todayOf(deps);
  const clusters = await readReferenced(
    deps.control,
    'cluster',
    placements.map(({ cluster }) => cluster),
  );
  return Promise.all(
    placements.map(async ({ cluster, account, before, after }) => {
      const all = await readDayUsage(deps.ledger, cluster, account);
      const { since: usage } = splitAtFirstGrant([...before, ...after], all);
      const used = usage.reduce((sum, { seconds }) => sum + seconds, 0);
      const entitledBefore = entitledBy(before, usage, today);
      const entitledAfter = entitledBy(after, usage, today);
      return {
        cluster,
        _cluster: clusterSummary(clusters.get(cluster)),
        account,
        entitled_before: entitledBefore,
        entitled_after: entitledAfter,
        used,
        remaining_before: entitledBefore - used,
        remaining_after: entitledAfter - used,
      };
    }),
  );
}

/** E(t) of an account by its awards and what it used since the first of them. */
export function entitledBy(awards: readonly AwardedGrant[], usage: readonly DayUsage[], today: Day): number {
  const grants = settleGrants(awards, usage);
  return entitledSeconds({ baseline: 0, credits: 0, grants }, today);
}
