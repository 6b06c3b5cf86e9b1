import { addDays } from '@keystone/shared/domain/calendar.ts';
import type { Decision } from '../../lib/api/records.ts';
import { formatDay } from '../../lib/format/dates.ts';
import { strings } from '../../lib/strings.ts';

const words = strings.review;
const SHORT_DAYS = 7;

/** What a reviewer may not have meant: an award of nothing, one that is over already, ends soon, or starts later. */
export function awardWarnings(decision: Decision, today: string): string[] {
  const { awards = [], active, expire } = decision;
  const warnings: string[] = [];
  if (awards.every(({ awarded }) => awarded === 0)) warnings.push(words.nothing);
  if (expire && expire <= today) warnings.push(words.ended);
  else if (expire && expire < addDays(today, SHORT_DAYS)) warnings.push(words.short);
  if (active && active > today) warnings.push(words.later(formatDay(active)));
  return warnings;
}
