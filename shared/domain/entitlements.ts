import { addDays, type Day } from './calendar.ts';
import { byEnd, drawGrants, splitAtFirstGrant, type DayUsage, type Grant } from './grants.ts';

/** An award as the entitlement row of (cluster, account) keeps it. */
export interface AwardedGrant {
  /** The allocation's id. */
  id: number;
  /** Billing-seconds. */
  awarded: number;
  from: Day;
  until: Day | null;
  /** The day on which it was withdrawn; it was live up to a moment of that day. */
  withdrawn: Day | null;
}

/**
 * The last day (excluded) on which runs draw from a grant. A withdrawal ends a grant within a day, and runs that
 * started earlier on that day were its own.
 */
function drawnUntil(grant: AwardedGrant): Day | null {
  if (grant.withdrawn === null) return grant.until;
  const end = addDays(grant.withdrawn, 1);
  return grant.until !== null && grant.until < end ? grant.until : end;
}

function liveUntil(grant: AwardedGrant): Day | null {
  if (grant.withdrawn === null) return grant.until;
  return grant.until !== null && grant.until < grant.withdrawn ? grant.until : grant.withdrawn;
}

/**
 * Grants as a policy carries them: what was drawn from each is computed from all usage of the account by start day,
 * and a withdrawn grant is over on the day of its withdrawal.
 */
export function settleGrants(awards: readonly AwardedGrant[], usage: readonly DayUsage[]): Grant[] {
  const open = awards.map((award) => ({
    id: award.id,
    awarded: award.awarded,
    from: award.from,
    until: drawnUntil(award),
    drawn: 0,
  }));
  // A withdrawal does not change the order in which runs before it were drawn.
  const ends = new Map(awards.map((award) => [award.id, award]));
  const settled = drawGrants(open, usage, (a, b) => byEnd(ends.get(a.id) ?? a, ends.get(b.id) ?? b)).grants;
  return awards
    .map((award, index) => ({
      id: award.id,
      awarded: award.awarded,
      from: award.from,
      until: liveUntil(award),
      drawn: settled[index]?.drawn ?? 0,
    }))
    .sort((a, b) => a.id - b.id);
}

/** True once a grant may have been drawn from: from then on it never leaves the sum (it is ended, not removed). */
export function hasBegun(award: Pick<AwardedGrant, 'from'>, today: Day): boolean {
  return award.from <= today;
}

/**
 * The awards of an account after one of them changed.
 *
 * @param next the award as it should stand, or null to take it back
 * @returns a grant that began is withdrawn as of today instead of removed; one that never began leaves no trace
 */
export function placeAward(
  awards: readonly AwardedGrant[],
  id: number,
  next: AwardedGrant | null,
  today: Day,
): AwardedGrant[] {
  const known = awards.find((award) => award.id === id);
  const others = awards.filter((award) => award.id !== id);
  const placed =
    next ?? (known && hasBegun(known, today) ? { ...known, withdrawn: known.withdrawn ?? today } : null);
  return (placed ? [...others, placed] : others).sort((a, b) => a.id - b.id);
}

/** An account's grants with what they have carried, and what it had used before any of them. */
export interface SettledAccount {
  grants: Grant[];
  /** Usage before the first grant began (a cluster that was in use before it was governed): it is owed by no grant. */
  baseline: number;
}

/** @param usage all of the account, by start day */
export function settleAccount(awards: readonly AwardedGrant[], usage: readonly DayUsage[]): SettledAccount {
  const { before, since } = splitAtFirstGrant(awards, usage);
  return { grants: settleGrants(awards, since), baseline: before };
}
