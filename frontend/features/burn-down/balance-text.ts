import type { Balance } from '../../lib/api/records.ts';
import { formatDay } from '../../lib/format/dates.ts';
import { formatServiceUnits } from '../../lib/format/service-units.ts';
import { strings } from '../../lib/strings.ts';
import { awardedOn } from './burn-down.ts';
import { PACE_DAYS, type Forecast } from './forecast.ts';

const words = strings.usage.outlook;

/** How a balance stands today, in a sentence; nothing where no award is live. */
export function standText({ grants, as_of, remaining }: Balance): string {
  const awarded = awardedOn(grants, as_of);
  if (awarded === 0) return '';
  return remaining < 0
    ? strings.usage.exceeded(formatServiceUnits(-remaining, 'up'))
    : strings.usage.remains(formatServiceUnits(remaining), formatServiceUnits(awarded));
}

/** What becomes of a balance, in a sentence. */
export function outlookText({ outlook, pace }: Pick<Forecast, 'outlook' | 'pace'>): string {
  const days = pace?.days ?? PACE_DAYS;
  const atPace = (what: string) =>
    `${words.pace(formatServiceUnits(pace?.seconds ?? 0, 'up'), days)} ${what}`;
  switch (outlook.kind) {
    case 'no-award':
      return words.noAward;
    case 'begins':
      return words.begins(formatDay(outlook.day));
    case 'locked':
      return words.locked;
    case 'used-up':
      return words.usedUp;
    case 'too-early':
      return words.tooEarly;
    case 'idle':
      return words.idle(days);
    case 'runs-out':
      return atPace(words.runsOut(formatDay(outlook.day)));
    case 'lapses':
      return atPace(words.lapses(formatServiceUnits(outlook.left), formatDay(outlook.day)));
    case 'lasts':
      return atPace(words.lasts);
  }
}
