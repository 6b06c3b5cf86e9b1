import { addDays, daysBetween, type Day } from '@keystone/shared/domain/calendar.ts';
import { entitledSeconds, isLive } from '@keystone/shared/domain/grants.ts';
import type { Balance, UsageDay } from '../../lib/api/records.ts';

/** The longest past that is looked at: a year, so that the same day a year ago is still seen. */
export const MOST_PAST_DAYS = 366;

/** How an account stood after a day; in billing-seconds. */
export interface DayOfBalance {
  day: Day;
  used: number;
  /** In awards that were live on the day, as they stand now. */
  awarded: number;
  remaining: number;
}

type Awards = Pick<Balance, 'as_of' | 'grants'>;

/** The days whose usage a burn-down shows: from the first award, a year back at most, to today. */
export function pastOf({ as_of, grants }: Awards): { from: Day; to: Day } {
  const earliest = addDays(as_of, 1 - MOST_PAST_DAYS);
  const first = grants.map(({ from }) => from).sort()[0] ?? as_of;
  const begun = first < as_of ? first : as_of;
  return { from: begun > earliest ? begun : earliest, to: as_of };
}

export const awardedOn = (grants: Balance['grants'], day: Day): number =>
  grants.filter((grant) => isLive(grant, day)).reduce((sum, { awarded }) => sum + awarded, 0);

export const entitledOn = (grants: Balance['grants'], day: Day): number =>
  entitledSeconds({ baseline: 0, credits: 0, grants }, day);

/**
 * What remained after each day of the past. Counted back from what is used today, so that the last day is the balance
 * itself, however far back the usage at hand reaches.
 */
export function historyOf(balance: Balance, usage: readonly UsageDay[]): DayOfBalance[] {
  const { from, to } = pastOf(balance);
  const usedOn = new Map(usage.map(({ day, used }) => [day, used]));
  const history: DayOfBalance[] = [];
  let usedThrough = balance.used;
  for (const day of daysBetween(from, to).reverse()) {
    const used = usedOn.get(day) ?? 0;
    history.push({
      day,
      used,
      awarded: awardedOn(balance.grants, day),
      remaining: entitledOn(balance.grants, day) - usedThrough,
    });
    usedThrough -= used;
  }
  return history.reverse();
}
