import type { Day } from './calendar.ts';

/** An award on one cluster, in billing-seconds. Live on day d when from <= d < until; until null never ends. */
export interface Grant {
  id: number;
  awarded: number;
  from: Day;
  until: Day | null;
  /** What runs have drawn from it so far. */
  drawn: number;
  /** Where it was withdrawn before its end; `until` is then the day on which that was done. */
  withdrawn?: Withdrawal | undefined;
}

/**
 * A withdrawal ends a grant within a day, and use is known by days. So of the runs that began on that day the grant
 * keeps what it had carried when it was withdrawn; the rest goes to the grants that are live, and comes back to this one
 * only where they have no room (a run that was under way then leaves no debt).
 */
export interface Withdrawal {
  /** When it would have ended, which says its place among the grants that were live with it. */
  until: Day | null;
  /** How much of the runs of that day it keeps in its place. */
  kept: number;
  /** How much of `drawn` belongs to runs of that day. */
  carried: number;
}

/** Billing-seconds of runs that started on a day. */
export interface DayUsage {
  day: Day;
  seconds: number;
}

/** What an account may use in all: the terms of E(t). */
export interface Entitlement {
  baseline: number;
  credits: number;
  grants: readonly Grant[];
}

export function isLive(grant: Pick<Grant, 'from' | 'until'>, day: Day): boolean {
  return grant.from <= day && (grant.until === null || day < grant.until);
}

export function hasEnded(grant: Pick<Grant, 'from' | 'until'>, day: Day): boolean {
  return grant.until !== null && grant.until <= day;
}

/** Where a grant was withdrawn, its place is the one that it had before. */
const endOf = ({ until, withdrawn }: Pick<Grant, 'until' | 'withdrawn'>) =>
  withdrawn ? withdrawn.until : until;

/** Earliest end first; a grant without an end comes last; equal ends by id, so that every reader draws alike. */
function byEnd(a: Grant, b: Grant): number {
  const [endA, endB] = [endOf(a), endOf(b)];
  if (endA !== endB) {
    if (endA === null) return 1;
    if (endB === null) return -1;
    return endA < endB ? -1 : 1;
  }
  return a.id - b.id;
}

function byStart(a: Grant, b: Grant): number {
  if (a.from !== b.from) return a.from < b.from ? -1 : 1;
  return byEnd(a, b);
}

/**
 * Draws usage from grants: a run from those live at its start, earliest end first, then from the next to become live. On
 * the day of its withdrawal a grant stands in its place with what it keeps, and with its rest behind all that are live.
 * What no grant can carry stays undrawn; it is a debt that the account's total shows.
 *
 * @param grants with what was drawn before this usage
 * @param usage billing-seconds by the day on which the runs started; a negative figure (a correction) gives back
 * @returns the grants with `drawn` brought forward, in the order given, and what stayed undrawn
 */
export function drawGrants(
  grants: readonly Grant[],
  usage: readonly DayUsage[],
): { grants: Grant[]; undrawn: number } {
  const next = grants.map((grant) => ({ ...grant }));
  let rest = 0;
  for (const { day, seconds } of inOrder(usage)) {
    const shares = sharesOn(next, day);
    rest += seconds >= 0 ? take(shares, seconds) : -giveBack(shares.reverse(), -seconds);
  }
  return { grants: next, undrawn: rest };
}

/**
 * Usage with days on which runs draw from the same grants in the same order put together: what each grant carries by
 * all of it follows from these sums as well, and there are few.
 *
 * @returns in order; each stands under the first of its days
 */
export function drawnAlike(
  grants: readonly Pick<Grant, 'from' | 'until' | 'withdrawn'>[],
  usage: readonly DayUsage[],
): DayUsage[] {
  const alike = new Map<string, DayUsage>();
  for (const { day, seconds } of inOrder(usage)) {
    const key = grants
      .map((grant) =>
        [grant.from <= day, hasEnded(grant, day), isWithdrawnOn(grant, day)].map(Number).join(''),
      )
      .join();
    const known = alike.get(key);
    alike.set(key, { day: known?.day ?? day, seconds: (known?.seconds ?? 0) + seconds });
  }
  return [...alike.values()];
}

const inOrder = (usage: readonly DayUsage[]) =>
  [...usage].sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0));

/** Grants before anything was drawn from them. */
export const undrawn = (grants: readonly Grant[]): Grant[] =>
  grants.map((grant) => ({
    ...grant,
    drawn: 0,
    ...(grant.withdrawn && { withdrawn: { ...grant.withdrawn, carried: 0 } }),
  }));

/** What a grant offers to runs of a day: all that it has, or on the day of its withdrawal what it keeps, or its rest. */
interface Share {
  grant: Grant;
  of: 'all' | 'kept' | 'rest';
}

/** In the order in which runs of a day draw from them. */
function sharesOn(grants: readonly Grant[], day: Day): Share[] {
  const withdrawn = grants.filter((grant) => isWithdrawnOn(grant, day));
  const live = [...grants.filter((grant) => isLive(grant, day)), ...withdrawn].sort(byEnd);
  const coming = grants.filter((grant) => grant.from > day && !hasEnded(grant, day)).sort(byStart);
  return [
    ...live.map((grant): Share => ({ grant, of: withdrawn.includes(grant) ? 'kept' : 'all' })),
    ...withdrawn.sort(byEnd).map((grant): Share => ({ grant, of: 'rest' })),
    ...coming.map((grant): Share => ({ grant, of: 'all' })),
  ];
}

const isWithdrawnOn = ({ withdrawn, until, from }: Pick<Grant, 'from' | 'until' | 'withdrawn'>, day: Day) =>
  withdrawn !== undefined && until === day && from <= day;

function take(shares: readonly Share[], seconds: number): number {
  let rest = seconds;
  for (const share of shares) {
    const drawn = Math.min(rest, Math.max(0, roomOf(share)));
    move(share, drawn);
    rest -= drawn;
  }
  return rest;
}

function roomOf({ grant: { awarded, drawn, withdrawn }, of }: Share): number {
  const room = awarded - drawn;
  return of === 'kept' && withdrawn ? Math.min(room, withdrawn.kept - withdrawn.carried) : room;
}

function giveBack(shares: readonly Share[], seconds: number): number {
  let rest = seconds;
  for (const share of shares) {
    const returned = Math.min(rest, Math.max(0, drawnFrom(share)));
    move(share, -returned);
    rest -= returned;
  }
  return rest;
}

/** What came from a share. Of a grant that was withdrawn, what runs of its last day drew is not another day's to return. */
function drawnFrom({ grant: { drawn, withdrawn }, of }: Share): number {
  if (!withdrawn) return drawn;
  const { kept, carried } = withdrawn;
  return of === 'all' ? drawn - carried : of === 'kept' ? carried : carried - kept;
}

function move({ grant, of }: Share, seconds: number): void {
  grant.drawn += seconds;
  if (grant.withdrawn && of !== 'all')
    grant.withdrawn = { ...grant.withdrawn, carried: grant.withdrawn.carried + seconds };
}

/**
 * E(t): all that an account may have used up to a day, in billing-seconds. A grant that ended counts with what was
 * drawn from it, so its rest lapses and its use does not become a debt.
 */
export function entitledSeconds(entitlement: Entitlement, day: Day): number {
  return entitlement.grants.reduce(
    (sum, grant) => sum + (hasEnded(grant, day) ? grant.drawn : isLive(grant, day) ? grant.awarded : 0),
    entitlement.baseline + entitlement.credits,
  );
}

/** The next day on which a grant starts or ends, or undefined where nothing will change by itself. */
export function nextTurn(grants: readonly Pick<Grant, 'from' | 'until'>[], day: Day): Day | undefined {
  return grants
    .flatMap((grant) => [grant.from, grant.until])
    .filter((turn): turn is Day => turn !== null && turn > day)
    .sort()[0];
}

/**
 * Usage before the first grant began, summed, and the usage since. Without any grant all of it lies before.
 */
export function splitAtFirstGrant(
  grants: readonly Pick<Grant, 'from'>[],
  usage: readonly DayUsage[],
): { before: number; since: DayUsage[] } {
  const first = grants.map(({ from }) => from).sort()[0];
  const since = usage.filter(({ day }) => first !== undefined && day >= first);
  const all = usage.reduce((sum, { seconds }) => sum + seconds, 0);
  return { before: since.reduce((sum, { seconds }) => sum - seconds, all), since };
}
