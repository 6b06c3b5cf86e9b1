/** A calendar day of the deployment's zone, YYYY-MM-DD. Days compare as strings. */
export type Day = string;

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    });
    formats.set(zone, format);
  }
  return format;
}

/**
 * The day on which an instant falls.
 *
 * @param seconds Unix seconds
 * @param zone IANA name of the deployment's zone
 * @throws RangeError where the zone is unknown
 */
export function dayOf(seconds: number, zone: string): Day {
  return formatOf(zone).format(seconds * 1000);
}

/** The day `count` days after (or before) a day. */
export function addDays(day: Day, count: number): Day {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + count);
  return date.toISOString().slice(0, 10);
}

/** Every day from the first to the last, both included; none where the last lies before the first. */
export function daysBetween(first: Day, last: Day): Day[] {
  const days: Day[] = [];
  for (let day = first; day <= last; day = addDays(day, 1)) days.push(day);
  return days;
}

/**
 * The first second of a day. Zones shift at midnight in places, so the boundary is searched, not computed.
 *
 * @returns Unix seconds
 */
export function startOfDay(day: Day, zone: string): number {
  const noon = Date.parse(`${day}T12:00:00Z`) / 1000;
  let low = noon - 36 * 3600;
  let high = noon + 36 * 3600;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (dayOf(middle, zone) < day) low = middle;
    else high = middle;
  }
  return high;
}
