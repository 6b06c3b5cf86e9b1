const day = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  timeZone: 'UTC',
});
const moment = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });

/** A calendar day (YYYY-MM-DD), which has no zone of its own. */
export const formatDay = (date: string): string => day.format(new Date(`${date}T00:00:00Z`));

/** A moment, in the reader's zone. */
export const formatMoment = (dateTime: string): string => moment.format(new Date(dateTime));

/** Today's calendar day where the reader is. */
export function today(now = new Date()): string {
  const month = String(now.getMonth() + 1).padStart(2, '0');
  return `${now.getFullYear()}-${month}-${String(now.getDate()).padStart(2, '0')}`;
}

/** How long ago, in the largest unit that is not zero. */
export function formatAge(dateTime: string, now: number): string {
  const seconds = Math.max(0, Math.round((now - Date.parse(dateTime)) / 1000));
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  return formatMoment(dateTime);
}
