import type { Day } from '@keystone/shared/domain/calendar.ts';
import {
  hasBegun,
  isWithdrawal,
  placeAward,
  type AwardedGrant,
} from '@keystone/shared/domain/entitlements.ts';
import type { DayUsage } from '@keystone/shared/domain/grants.ts';
import { canonicalJson } from '@keystone/shared/domain/policy-content.ts';
import { toBillingSeconds } from '@keystone/shared/domain/units.ts';
import { readDayUsage } from '@keystone/shared/store/ledger/balance-reader.ts';
import { readMany } from '@keystone/shared/store/table/control-reader.ts';
import type { RecordShapes } from '@keystone/shared/store/table/records.ts';
import { badField } from '../http/refusals.ts';
import type { Write } from '../resources/write.ts';

/** An account's grants on one cluster, as they stood and as they will. */
export interface Placement {
  cluster: number;
  account: string;
  before: readonly AwardedGrant[];
  after: readonly AwardedGrant[];
}

type Award = Pick<RecordShapes['allocation'], 'id' | 'cluster' | 'awarded'>;
type Window = Pick<RecordShapes['request'], 'team' | 'status' | 'active' | 'expire'>;

/**
 * Brings the entitlement rows of allocations to what their request and their awards now say, and owes the clusters
 * whose rows changed a new policy. Every change of an award, of its dates or its end goes through here. What a withdrawn
 * award had carried of the day's runs is read from the ledger and stays with it.
 *
 * @param request as it will stand
 * @param allocations as they will stand; `awarded` null takes an award back
 * @throws Refusal bad-field where the first day of an award that has begun would move, or its cluster is gone
 */
export async function placeAwards(
  write: Write,
  request: Window,
  allocations: readonly Award[],
): Promise<Placement[]> {
  const team = await readTeam(write, request, allocations);
  const placements = new Map<number, Placement>();
  const usageOf = usageReader(write);
  for (const allocation of allocations) {
    const known =
      placements.get(allocation.cluster) ?? (await standing(write, allocation.cluster, team.slug));
    const next = grantOf(request, allocation);
    const grant = known.after.find(({ id }) => id === allocation.id);
    if (grant && next) refuseMovedStart(grant, next, write.today);
    if (next && !grant) await refuseGoneCluster(write, allocation);
    const usage = isWithdrawal(known.after, allocation.id, next, write.today) ? await usageOf(known) : [];
    const after = placeAward(known.after, allocation.id, next, write.today, usage);
    placements.set(allocation.cluster, { ...known, after });
  }
  for (const placement of placements.values()) await writeRow(write, placement, team.id);
  return [...placements.values()];
}

function grantOf({ status, active, expire }: Window, { id, awarded }: Award): AwardedGrant | null {
  if (status !== 'AP' || active === null || !awarded) return null;
  return { id, awarded: toBillingSeconds(awarded), from: active, until: expire, withdrawn: null };
}

/** What was drawn on its days would be drawn from elsewhere. */
function refuseMovedStart(known: AwardedGrant, next: AwardedGrant, today: Day): void {
  if (hasBegun(known, today) && next.from !== known.from)
    throw badField(
      'active',
      `the award began on ${known.from} and its first day stays; make a new request for another period`,
    );
}

/** Nobody could use it. What was awarded before the deletion can still be changed and taken back. */
async function refuseGoneCluster({ uow }: Write, { id, cluster }: Award): Promise<void> {
  if (!(await uow.get('cluster', cluster)))
    throw badField('awarded', `the cluster of allocation ${id} was deleted, so nothing can be awarded on it`);
}

async function standing({ uow }: Write, cluster: number, account: string): Promise<Placement> {
  const grants = (await uow.getEntitlement(cluster, account))?.fields.grants ?? [];
  return { cluster, account, before: grants, after: grants };
}

/** All that an account used on a cluster, by start day; read once. */
function usageReader({ request }: Write): (placement: Placement) => Promise<DayUsage[]> {
  const read = new Map<number, Promise<DayUsage[]>>();
  return ({ cluster, account }) => {
    const usage = read.get(cluster) ?? readDayUsage(request.deps.ledger, cluster, account);
    read.set(cluster, usage);
    return usage;
  };
}

async function writeRow({ uow }: Write, placement: Placement, team: number): Promise<void> {
  const { cluster, account, before, after } = placement;
  if (canonicalJson(before) === canonicalJson(after)) return;
  const grants = [...after];
  const row = await uow.getEntitlement(cluster, account);
  if (row) await uow.update(row, { grants });
  else await uow.createEntitlement({ cluster, account, team, grants });
  uow.emit({ type: 'policy', cluster, cid: uow.actor.cid });
}

/** A team that was closed for good can still lose an award, and gets none. */
async function readTeam(
  { uow }: Write,
  request: Window,
  allocations: readonly Award[],
): Promise<RecordShapes['team']> {
  const open = await uow.get('team', request.team);
  if (open) return open.fields;
  if (allocations.some((allocation) => grantOf(request, allocation) !== null))
    throw badField('team', 'the team was deleted, so nothing can be awarded to it');
  const closed = (await readMany(uow.table, 'team', [request.team])).get(request.team);
  if (!closed) throw new Error(`team ${request.team} of a request does not exist`);
  return closed.fields;
}
