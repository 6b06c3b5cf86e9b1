import type { Day } from './calendar.ts';
import { drawGrants, drawnAlike, splitAtFirstGrant, type DayUsage, type Grant } from './grants.ts';

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
  /**
   * Billing-seconds of runs of that day that it had carried when it was withdrawn, and keeps. Where it is absent (a row of
   * an earlier version) runs of the whole day are its own.
   */
  kept?: number | undefined;
}

/** A grant that nothing was drawn from yet. A withdrawn one is over on the day of its withdrawal. */
function toGrant({ id, awarded, from, until, withdrawn, kept }: AwardedGrant): Grant {
  const grant = { id, awarded, from, until, drawn: 0 };
  if (withdrawn === null || (until !== null && until <= withdrawn)) return grant;
  return { ...grant, until: withdrawn, withdrawn: { until, kept: kept ?? awarded, carried: 0 } };
}

/** Grants as a policy carries them: what was drawn from each is computed from all usage of the account by start day. */
export function settleGrants(awards: readonly AwardedGrant[], usage: readonly DayUsage[]): Grant[] {
  return drawGrants(awards.map(toGrant), usage).grants.sort((a, b) => a.id - b.id);
}

/** True once a grant may have been drawn from: from then on it never leaves the sum (it is ended, not removed). */
export function hasBegun(award: Pick<AwardedGrant, 'from'>, today: Day): boolean {
  return award.from <= today;
}

/** True where a change of an award comes to its withdrawal: `placeAward` then has to know what was used. */
export function isWithdrawal(
  awards: readonly AwardedGrant[],
  id: number,
  next: AwardedGrant | null,
  today: Day,
): boolean {
  const known = awards.find((award) => award.id === id);
  return next === null && known !== undefined && known.withdrawn === null && hasBegun(known, today);
}

/**
 * The awards of an account after one of them changed.
 *
 * @param next the award as it should stand, or null to take it back
 * @param usage all of the account by start day as the ledger has it now, for a withdrawal: what the award has carried
 *   of it stays with it
 * @returns a grant that began is withdrawn as of today instead of removed; one that never began leaves no trace
 */
export function placeAward(
  awards: readonly AwardedGrant[],
  id: number,
  next: AwardedGrant | null,
  today: Day,
  usage: readonly DayUsage[],
): AwardedGrant[] {
  const others = awards.filter((award) => award.id !== id);
  const placed = next ?? takenBack(awards, id, today, usage);
  return (placed ? [...others, placed] : others).sort((a, b) => a.id - b.id);
}

function takenBack(
  awards: readonly AwardedGrant[],
  id: number,
  today: Day,
  usage: readonly DayUsage[],
): AwardedGrant | undefined {
  const known = awards.find((award) => award.id === id);
  if (!known || !hasBegun(known, today)) return undefined;
  if (known.withdrawn !== null) return known;
  return { ...known, withdrawn: today, kept: carriedOn(awards, id, today, usage) };
}

/** What a grant has carried of the runs of a day. */
function carriedOn(
  awards: readonly AwardedGrant[],
  id: number,
  day: Day,
  usage: readonly DayUsage[],
): number {
  const drawnBy = (used: readonly DayUsage[]) =>
    settleAccount(awards, used).grants.find((grant) => grant.id === id)?.drawn ?? 0;
  const before = usage.filter((used) => used.day < day);
  const through = usage.filter((used) => used.day <= day);
  return Math.max(0, drawnBy(through) - drawnBy(before));
}

/** An account's grants with what they have carried, and what it had used before any of them. */
export interface SettledAccount {
  grants: Grant[];
  /** Usage before the first grant began (a cluster that was in use before it was governed): it is owed by no grant. */
  baseline: number;
  /** The usage that grants carry, by days on which they draw alike; only where there are several. */
  spans?: DayUsage[];
}

/** @param usage all of the account, by start day */
export function settleAccount(awards: readonly AwardedGrant[], usage: readonly DayUsage[]): SettledAccount {
  const { before, since } = splitAtFirstGrant(awards, usage);
  const grants = settleGrants(awards, since);
  const spans = drawnAlike(grants, since).filter(({ seconds }) => seconds !== 0);
  return { grants, baseline: before, ...(grants.length > 1 && spans.length > 0 && { spans }) };
}
