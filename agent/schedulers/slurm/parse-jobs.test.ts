import { describe, expect, it } from '@jest/globals';
import { SchedulerAnswerUnreadable } from '../scheduler-errors.ts';
import { fixture } from './fixture.ts';
import { parseCounters } from './parse-counters.ts';
import { parseReservations, parseJobQueue } from './parse-jobs.ts';

describe('jobs and counters', () => {
  it('reads waiting, running and suspended jobs by raw id', () => {
    const jobs = parseJobQueue(fixture('job-queue.txt')).unfinished;
    expect(jobs.size).toBeGreaterThanOrEqual(6);
    expect([...jobs.values()].every(({ user, account }) => user === 'alice' && account === 'chem')).toBe(
      true,
    );
    expect(jobs.get(5)).toEqual({ user: 'alice', account: 'chem', started: true });
    expect([...jobs.values()].some(({ started }) => !started)).toBe(true);
  });

  it('tells jobs that ended lately from those that have not; one that completes is among both', () => {
    const queue = parseJobQueue(
      '7\x1fCOMPLETED\x1fbob\x1fchem\n8\x1fCOMPLETING\x1fbob\x1fchem\n9\x1fTIMEOUT\x1fbob\x1fbio\n',
    );
    expect([...queue.ended]).toEqual([
      [7, { account: 'chem' }],
      [8, { account: 'chem' }],
      [9, { account: 'bio' }],
    ]);
    expect([...queue.unfinished.keys()]).toEqual([8]);
  });

  it('keeps an account whose name holds any printable separator in one piece', () => {
    expect(parseJobQueue('7\x1fRUNNING\x1fbob\x1fpipe|q a\n').unfinished.get(7)?.account).toBe('pipe|q a');
  });

  it('adds up what running jobs have reserved', () => {
    // 5 x 9, two tasks of 1 x 5, and 4 x 7 minutes of a suspended one.
    expect(parseReservations(fixture('reserving-jobs.txt'))).toEqual(new Map([['chem', 83]]));
  });

  it.each([
    () => parseJobQueue('nonsense\n'),
    () => parseReservations('7\x1fINVALID\x1fcpu=1\x1fchem\x1f\n'),
  ])('refuses a line that it does not know rather than skip a job', (parse) =>
    expect(parse).toThrow(SchedulerAnswerUnreadable),
  );

  it('reads the counters of accounts and not those of people', () => {
    const counters = parseCounters(fixture('counters.txt'), 'recorded');
    expect([...counters.keys()].toSorted()).toEqual(['bio', 'chem', 'math']);
    expect(counters.get('bio')).toEqual({ usedMinutes: 0, usage: '0.00', reservedMinutes: 0 });
    const chem = counters.get('chem');
    expect(chem?.usedMinutes).toBe(Math.floor(Number(chem?.usage) / 60));
    expect(chem?.usedMinutes).toBeGreaterThan(3);
    expect(chem?.reservedMinutes).toBeLessThan(83);
    expect(parseCounters(fixture('counters.txt'), 'other').size).toBe(0);
  });
});
