/** A schedule that croner does not know how to say; the message names it. */
export class ScheduleError extends Error {
  override name = 'ScheduleError';
}

const seconds: Record<string, number> = { minute: 60, hour: 3600, day: 86_400 };

export type Schedule = { kind: 'rate'; seconds: number } | { kind: 'cron'; pattern: string };

/**
 * An EventBridge schedule expression for croner.
 *
 * AWS numbers weekdays 1 (SUN) to 7 (SAT), croner 0 or 7 (SUN) to 6 (SAT); `?` says the other day field decides.
 *
 * @throws ScheduleError
 */
export function parseSchedule(expression: string): Schedule {
  const rate = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression);
  if (rate) return { kind: 'rate', seconds: Number(rate[1]) * (seconds[rate[2] ?? ''] ?? 0) };
  const fields = /^cron\((.+)\)$/.exec(expression)?.[1]?.trim().split(/\s+/);
  if (fields?.length !== 6)
    throw new ScheduleError(`schedule ${expression} is neither rate(…) nor a cron of six fields`);
  const [minute, hour, dayOfMonth, month, dayOfWeek = '*', year] = fields;
  const day = dayOfMonth === '?' ? '*' : dayOfMonth;
  const weekday =
    dayOfWeek === '?'
      ? '*'
      : dayOfWeek.replace(
          /(^|[,-])([1-7])(?=$|[,#L-])/g,
          (_all, before: string, number: string) => `${before}${Number(number) - 1}`,
        );
  return {
    kind: 'cron',
    pattern: ['0', minute, hour, day, month, weekday, ...(year === '*' ? [] : [year])].join(' '),
  };
}
