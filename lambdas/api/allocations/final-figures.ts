import type { Day } from '@keystone/shared/domain/calendar.ts';
import { settleAccount, type AwardedGrant } from '@keystone/shared/domain/entitlements.ts';
import { hasEnded } from '@keystone/shared/domain/grants.ts';
import { toServiceUnits } from '@keystone/shared/domain/units.ts';
import { readDayUsage } from '@keystone/shared/store/ledger/balance-reader.ts';
import { readMany } from '@keystone/shared/store/table/control-reader.ts';
import { itemsFrom, type ItemSource } from '@keystone/shared/store/table/gathered-reads.ts';
import { readRecord } from '@keystone/shared/store/table/items.ts';
import { entitlementKey } from '@keystone/shared/store/table/kinds.ts';
import { mapBounded } from '@keystone/shared/store/table/map-bounded.ts';
import type { RecordShapes } from '@keystone/shared/store/table/records.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { Placement } from './place-awards.ts';

const PARALLEL = 25;

interface AccountGrants {
  cluster: number;
  account: string;
  grants: readonly AwardedGrant[];
}

/**
 * `final` of allocations by id: what was drawn from a grant that has ended, in whole service units. An allocation whose
 * grant is still live, or that never had one, is left out.
 *
 * @param options.placements grants as a unit of work will leave them, instead of those in the table
 * @param options.reads what else the answer reads
 */
export async function readFinals(
  deps: Pick<ApiDependencies, 'control' | 'ledger'>,
  allocations: readonly RecordShapes['allocation'][],
  today: Day,
  options: { placements?: readonly Placement[]; reads?: ItemSource } = {},
): Promise<Map<number, number>> {
  const wanted = new Set(allocations.map(({ id }) => id));
  const { placements = [], reads = deps.control } = options;
  const accounts = await readAccounts(reads, allocations, placements);
  const ended = accounts.filter(({ grants }) =>
    grants.some((grant) => wanted.has(grant.id) && isOver(grant, today)),
  );
  const finals = new Map<number, number>();
  await mapBounded(ended, PARALLEL, async ({ cluster, account, grants }) => {
    const usage = await readDayUsage(deps.ledger, cluster, account);
    for (const grant of settleAccount(grants, usage).grants)
      if (wanted.has(grant.id) && hasEnded(grant, today)) finals.set(grant.id, toServiceUnits(grant.drawn));
  });
  return finals;
}

const isOver = ({ until, withdrawn }: AwardedGrant, today: Day) =>
  withdrawn !== null || (until !== null && until <= today);

async function readAccounts(
  reads: ItemSource,
  allocations: readonly RecordShapes['allocation'][],
  placements: readonly Placement[],
): Promise<AccountGrants[]> {
  const teams = await readMany(
    reads,
    'team',
    allocations.map(({ team }) => team),
  );
  const wanted = new Map(
    allocations.map(({ cluster, team }) => {
      const key = entitlementKey(cluster, teams.get(team)?.fields.slug ?? '');
      return [`${key.pk} ${key.sk}`, key] as const;
    }),
  );
  const items = await itemsFrom(reads, [...wanted.values()]);
  const rows = items.map((item) => readRecord('entitlement', item).fields);
  const placed = placements.map(({ cluster, account, after }) => ({ cluster, account, grants: after }));
  const isPlaced = (row: AccountGrants) =>
    placed.some(({ cluster, account }) => cluster === row.cluster && account === row.account);
  return [...placed, ...rows.filter((row) => !isPlaced(row))];
}
