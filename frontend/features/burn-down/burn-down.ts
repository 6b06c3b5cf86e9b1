import { daysBetween, type Day } from '@keystone/shared/domain/calendar.ts';
import { entitledSeconds, isLive } from '@keystone/shared/domain/grants.ts';
import type { Balance, UsageDay } from '../../lib/api/records.ts';
import { pastOf } from './past-days.ts';

/** How an account stood after a day; in billing-seconds. */
export interface DayOfBalance {
  day: Day;
  used: number;
  /** In awards that were live on the day, as they stand now. */
  awarded: number;
  remaining: number;
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
