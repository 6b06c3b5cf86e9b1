import { describe, expect, it } from '@jest/globals';
import { Cron } from 'croner';
import { parseSchedule } from './schedule-expression.ts';

const next = (expression: string, from: string) => {
  const schedule = parseSchedule(expression);
  if (schedule.kind !== 'cron') throw new Error('not a cron');
  return new Cron(schedule.pattern, { timezone: 'Europe/London', paused: true })
    .nextRun(new Date(from))
    ?.toISOString();
};

describe('a schedule expression', () => {
  it('reads a rate', () => {
    expect(parseSchedule('rate(1 minute)')).toEqual({ kind: 'rate', seconds: 60 });
    expect(parseSchedule('rate(6 hours)')).toEqual({ kind: 'rate', seconds: 21_600 });
  });

  it('runs a daily cron by the clock of its zone, winter and summer', () => {
    expect(next('cron(2 0 * * ? *)', '2026-01-10T12:00:00Z')).toBe('2026-01-11T00:02:00.000Z');
    expect(next('cron(2 0,1 * * ? *)', '2026-01-11T00:02:00Z')).toBe('2026-01-11T01:02:00.000Z');
    expect(next('cron(2 0 * * ? *)', '2026-07-10T12:00:00Z')).toBe('2026-07-10T23:02:00.000Z');
  });

  it('takes weekdays as AWS numbers them', () => {
    // 2026-01-12 is a Monday, which is 2 for AWS.
    expect(next('cron(0 9 ? * 2 *)', '2026-01-10T12:00:00Z')).toBe('2026-01-12T09:00:00.000Z');
    expect(next('cron(0 9 ? * 1-2 *)', '2026-01-10T12:00:00Z')).toBe('2026-01-11T09:00:00.000Z');
  });

  it('refuses by name what it does not know', () => {
    expect(() => parseSchedule('at(2026-01-01T00:00:00)')).toThrow('at(2026-01-01T00:00:00)');
    expect(() => parseSchedule('cron(0 9 * *)')).toThrow('six fields');
  });
});
