import { addDays, type Day } from '@keystone/shared/domain/calendar.ts';
import type { Balance } from '../../lib/api/records.ts';

/** The longest past that is looked at: a year, so that the same day a year ago is still seen. */
export const MOST_PAST_DAYS = 366;

/** The days whose usage a burn-down shows: from the first award, a year back at most, to today. */
export function pastOf({ as_of, grants }: Pick<Balance, 'as_of' | 'grants'>): { from: Day; to: Day } {
  const earliest = addDays(as_of, 1 - MOST_PAST_DAYS);
  const first = grants.map(({ from }) => from).sort()[0] ?? as_of;
  const begun = first < as_of ? first : as_of;
  return { from: begun > earliest ? begun : earliest, to: as_of };
}
