import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { UsageRecord } from '@keystone/shared/contracts/usage.ts';
import { AgentWorld, MINUTE, SECOND } from '../testing/agent-world.ts';
import { accountOf, policyOf, runOf } from '../testing/builders.ts';

const policy = policyOf(1, [accountOf('chem')]);

describe('the limit that an agent sets', () => {
  let world: AgentWorld;
  /** Changes that were written when the tests began to look. */
  let writes: number;

  beforeEach(async () => {
    world = new AgentWorld();
    await world.start();
    await world.send(policy);
  });
  afterEach(() => world.stop());

  const lookFromHere = () => (writes = world.scheduler.written.length);
  const writtenSince = () => world.scheduler.written.slice(writes);

  /** A job that has been counted for a while. */
  const jobRuns = async (): Promise<void> => {
    world.scheduler.jobs.set(1, { user: 'alice', account: 'chem', started: true });
    world.scheduler.counters.set('chem', { counterSeconds: 6_000, runningSeconds: 6_000 });
    await world.clock.advance(2 * MINUTE);
    lookFromHere();
  };
  /** What it used stays in the counter. @returns its row, which is yet to come */
  const jobIsCounted = (): UsageRecord => {
    world.scheduler.counters.set('chem', { counterSeconds: 6_000, runningSeconds: 0 });
    return runOf(1, { end: world.seconds, elapsed: 3_000 });
  };
  const jobIsGone = (): UsageRecord => {
    world.scheduler.jobs.delete(1);
    return jobIsCounted();
  };
  const rowComes = async (row: UsageRecord): Promise<void> => {
    world.scheduler.addRow(row);
    await world.clock.advance(5 * MINUTE);
    expect(world.usage().length).toBeGreaterThan(0);
  };

  it('stays where it is while the row of a run is on its way, and after it came', async () => {
    await jobRuns();
    const row = jobIsGone();
    await world.clock.advance(90 * SECOND);
    await rowComes(row);
    expect(writtenSince()).toEqual([]);
  });

  it('is not raised when the accounting is back and rows of the outage are not in it yet', async () => {
    await jobRuns();
    world.scheduler.accountingAway = true;
    await world.clock.advance(10 * SECOND);
    const row = jobIsGone();
    await world.clock.advance(10 * MINUTE);
    world.scheduler.accountingAway = false;
    lookFromHere();
    await world.clock.advance(100 * SECOND);
    expect(writtenSince()).toEqual([]);
    await rowComes(row);
    expect(writtenSince()).toEqual([]);
  });

  it('is not raised when all of the accounting was away for long, limits among it, and rows come in bit by bit', async () => {
    await jobRuns();
    world.scheduler.away = true;
    await world.clock.advance(20 * MINUTE);
    const row = jobIsGone();
    world.scheduler.away = false;
    await world.clock.advance(90 * SECOND);
    world.scheduler.addRow({ ...row, jobIdRaw: 7, end: row.end - 900, elapsed: 1 });
    await world.clock.advance(100 * SECOND);
    expect(writtenSince()).toEqual([]);
    await rowComes(row);
    expect(writtenSince()).toEqual([]);
  });

  it('is not raised when it starts after such a time, before rows had time to come in', async () => {
    await jobRuns();
    await world.stop();
    await world.clock.advance(20 * MINUTE);
    const row = jobIsGone();
    await world.start();
    await world.clock.advance(100 * SECOND);
    expect(writtenSince()).toEqual([]);
    await rowComes(row);
    expect(writtenSince()).toEqual([]);
  });

  it('is not raised at its start while rows of jobs that ended lately are on their way', async () => {
    await world.clock.advance(MINUTE);
    await world.stop();
    world.scheduler.endedJobs.set(1, { account: 'chem' });
    const row = jobIsCounted();
    lookFromHere();
    await world.start();
    await world.clock.advance(4 * SECOND);
    await rowComes(row);
    expect(writtenSince()).toEqual([]);
  });

  it('stays for all that goes on in an account whose counter can not be read', async () => {
    world.scheduler.addRow(runOf(1, { end: world.seconds, elapsed: 9_000 }));
    world.scheduler.counters.set('chem', { counterSeconds: 18_000, runningSeconds: 0 });
    await world.clock.advance(5 * MINUTE);
    lookFromHere();
    world.scheduler.countersUnread.add('chem');
    await world.clock.advance(5 * MINUTE);
    await world.restart();
    await world.clock.advance(5 * MINUTE);
    expect(writtenSince()).toEqual([]);
  });

  it('stays in an account whose counter can not be read, and people are told until it can', async () => {
    await world.clock.advance(MINUTE);
    world.scheduler.countersUnread.add('chem');
    await world.clock.advance(5 * MINUTE);
    expect(world.problems()).toEqual([]);
    await world.clock.advance(MINUTE);
    expect(world.problems()).toEqual(['counters-unread']);
    world.scheduler.countersUnread.clear();
    await world.clock.advance(2 * MINUTE);
    expect(world.problems()).toEqual([]);
  });

  it('is not raised while a job is completing, which is in the counter and has no row yet', async () => {
    await jobRuns();
    world.scheduler.endedJobs.set(1, { account: 'chem' });
    const row = jobIsCounted();
    await world.clock.advance(70 * SECOND);
    expect(writtenSince()).toEqual([]);
    world.scheduler.addRow(row);
    await world.clock.advance(5 * MINUTE);
    world.scheduler.jobs.delete(1);
    await world.clock.advance(5 * MINUTE);
    expect(world.usage().length).toBeGreaterThan(0);
    expect(writtenSince()).toEqual([]);
  });

  it('blocks an account that used all that it had', async () => {
    world.scheduler.counters.set('chem', { counterSeconds: 36_000, runningSeconds: 0 });
    world.scheduler.addRow(runOf(1, { end: world.seconds, elapsed: 18_000 }));
    await world.clock.advance(3 * MINUTE);
    expect(world.scheduler.limitOf('chem')).toBe(0);
  });
});
