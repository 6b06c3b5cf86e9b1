import type { Day } from './calendar.ts';

/** An award on one cluster, in billing-seconds. Live on day d when from <= d < until; until null never ends. */
export interface Grant {
  id: number;
  awarded: number;
  from: Day;
  until: Day | null;
  /** What runs have drawn from it so far. */
  drawn: number;
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

/** Earliest end first; a grant without an end comes last; equal ends by id, so that every reader draws alike. */
export function byEnd(a: Pick<Grant, 'id' | 'until'>, b: Pick<Grant, 'id' | 'until'>): number {
  if (a.until !== b.until) {
    if (a.until === null) return 1;
    if (b.until === null) return -1;
    return a.until < b.until ? -1 : 1;
  }
  return a.id - b.id;
}

function byStart(a: Grant, b: Grant): number {
  if (a.from !== b.from) return a.from < b.from ? -1 : 1;
  return byEnd(a, b);
}

/**
 * Draws usage from grants: a run from those live at its start, earliest end first, then from the next to become live.
 * What no grant can carry stays undrawn; it is a debt that the account's total shows.
 *
 * @param grants with what was drawn before this usage
 * @param usage billing-seconds by the day on which the runs started; a negative figure (a correction) gives back
 * @param order of grants that are live on one day
 * @returns the grants with `drawn` brought forward, in the order given, and what stayed undrawn
 */
export function drawGrants(
  grants: readonly Grant[],
  usage: readonly DayUsage[],
  order: (a: Grant, b: Grant) => number = byEnd,
): { grants: Grant[]; undrawn: number } {
  const next = grants.map((grant) => ({ ...grant }));
  let undrawn = 0;
  for (const { day, seconds } of [...usage].sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0))) {
    const live = next.filter((grant) => isLive(grant, day)).sort(order);
    const coming = next.filter((grant) => grant.from > day && !hasEnded(grant, day)).sort(byStart);
    undrawn +=
      seconds >= 0
        ? take([...live, ...coming], seconds)
        : -giveBack([...live, ...coming].reverse(), -seconds);
  }
  return { grants: next, undrawn };
}

function take(grants: Grant[], seconds: number): number {
  let rest = seconds;
  for (const grant of grants) {
    const drawn = Math.min(rest, Math.max(0, grant.awarded - grant.drawn));
    grant.drawn += drawn;
    rest -= drawn;
  }
  return rest;
}

function giveBack(grants: Grant[], seconds: number): number {
  let rest = seconds;
  for (const grant of grants) {
    const returned = Math.min(rest, grant.drawn);
    grant.drawn -= returned;
    rest -= returned;
  }
  return rest;
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
