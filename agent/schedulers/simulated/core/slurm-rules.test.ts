import { describe, expect, it } from '@jest/globals';
import { billableSeconds } from '@keystone/shared/domain/billing.ts';
import { SmallCluster } from '../testing/small-cluster.ts';

/** Figures in this file were measured on a real Slurm (docs/slurm.md). */
describe('a run', () => {
  it('that was suspended has less elapsed time than the counter has', () => {
    const cluster = new SmallCluster();
    const job = cluster.submit({ cpus: 2 });
    cluster.at(8).does({ kind: 'suspend', id: job });
    cluster.at(18).does({ kind: 'resume', id: job });
    cluster.at(26).does({ kind: 'cancel', id: job });
    expect(cluster.rows).toEqual([
      expect.objectContaining({ elapsed: 16, suspended: 10, state: 'CANCELLED' }),
    ]);
    expect(cluster.counter()).toBe(52);
  });

  it('that ends while it is suspended was suspended to its end', () => {
    const cluster = new SmallCluster();
    const job = cluster.submit();
    cluster.at(10).does({ kind: 'suspend', id: job });
    cluster.at(1_000).does({ kind: 'cancel', id: job });
    expect(cluster.rows).toEqual([expect.objectContaining({ elapsed: 10, suspended: 990 })]);
  });

  it('that was resized goes on from its first start, and the counter makes the same error', () => {
    const cluster = new SmallCluster();
    const job = cluster.submit({ cpus: 6, nodes: 2 });
    cluster.at(11).does({ kind: 'resize', id: job, nodes: 1 });
    cluster.at(31).does({ kind: 'cancel', id: job });
    expect(cluster.rows.map(({ state, elapsed, nodes }) => [state, elapsed, nodes])).toEqual([
      ['RESIZING', 11, 2],
      ['CANCELLED', 31, 1],
    ]);
    expect(cluster.counter()).toBe(159);
    expect(cluster.rows.reduce((sum, run) => sum + billableSeconds(run), 0)).toBe(126);
  });

  it('that was suspended before a resize and after it has each suspension in the row of its own', () => {
    const cluster = new SmallCluster();
    const job = cluster.submit({ cpus: 4, nodes: 2 });
    cluster.at(4).does({ kind: 'suspend', id: job });
    cluster.at(11).does({ kind: 'resume', id: job });
    cluster.at(15).does({ kind: 'resize', id: job, nodes: 1 });
    cluster.at(19).does({ kind: 'suspend', id: job });
    cluster.at(26).does({ kind: 'resume', id: job });
    cluster.at(30).does({ kind: 'cancel', id: job });
    expect(cluster.rows.map(({ elapsed, suspended }) => [elapsed, suspended])).toEqual([
      [8, 7],
      [23, 7],
    ]);
    expect(cluster.rows.map(billableSeconds)).toEqual([8 * 4, 8 * 2]);
  });

  it('that was requeued waits two minutes, and has a row and a submit time for each time it ran', () => {
    const cluster = new SmallCluster();
    const job = cluster.submit({ cpus: 2, seconds: 21 });
    cluster.at(11).does({ kind: 'requeue', id: job });
    expect(cluster.at(131).reason(job)).toBe('BeginTime');
    expect(cluster.at(132).runs(job)).toBe(true);
    cluster.at(200);
    expect(
      cluster.rows.map(({ state, submit, elapsed }) => [state, submit - SmallCluster.START, elapsed]),
    ).toEqual([
      ['REQUEUED', 0, 11],
      ['COMPLETED', 11, 21],
    ]);
    expect(cluster.counter()).toBe(64);
  });

  it('never shares its key with the one before, though both are of one second', () => {
    const cluster = new SmallCluster();
    const job = cluster.submit({ cpus: 4, nodes: 2 });
    cluster.does({ kind: 'resize', id: job, nodes: 1 });
    cluster.does({ kind: 'requeue', id: job });
    cluster.does({ kind: 'cancel', id: job });
    expect(new Set(cluster.rows.map(({ submit }) => submit)).size).toBe(cluster.rows.length);
  });

  it('ends at its time limit', () => {
    const cluster = new SmallCluster();
    cluster.submit({ seconds: 5_000, limitMinutes: 2 });
    cluster.at(500);
    expect(cluster.rows).toEqual([
      expect.objectContaining({ state: 'TIMEOUT', elapsed: 120, timeLimit: 120 }),
    ]);
  });

  it('names what it had in the order that Slurm does', () => {
    const cluster = new SmallCluster();
    cluster.submit({ cpus: 4, gpus: 2, nodes: 2, seconds: 90_061, limitMinutes: 30 });
    cluster.at(3_000);
    expect(cluster.rows).toEqual([
      expect.objectContaining({
        allocTres: 'billing=12,cpu=4,gres/gpu=2,mem=400M,node=2',
        nodeList: 'small[1-2]',
        totalCpu: '02:00:00',
      }),
    ]);
  });
});

describe('a job that never started', () => {
  it('has a row of no length where it was eligible, and none where it was held', () => {
    const cluster = new SmallCluster(0);
    const [eligible, held] = [cluster.submit(), cluster.submit()];
    cluster.does({ kind: 'hold', id: held });
    expect([cluster.reason(eligible), cluster.reason(held)]).toEqual([
      'AssocGrpBillingMinutes',
      'JobHeldUser',
    ]);
    cluster.at(5).does({ kind: 'cancel', id: held });
    cluster.does({ kind: 'cancel', id: eligible });
    expect(cluster.rows).toEqual([
      expect.objectContaining({
        jobIdRaw: eligible,
        state: 'CANCELLED',
        start: null,
        elapsed: 0,
        allocTres: '',
      }),
    ]);
  });

  it('is cancelled when its person has waited for too long', () => {
    const cluster = new SmallCluster(0);
    cluster.submit({ patienceSeconds: 60 });
    expect(cluster.at(59).state.waiting.size).toBe(1);
    expect(cluster.at(60).rows).toEqual([expect.objectContaining({ state: 'CANCELLED', start: null })]);
  });
});

describe('an array', () => {
  it('waits as one job; each task gets an id when it starts, and the last one has the array’s', () => {
    const cluster = new SmallCluster();
    const array = cluster.submit({ tasks: 3, cpus: 8, nodes: 1, limitMinutes: 1, seconds: 30 });
    const one = cluster.submit({ cpus: 8, seconds: 20 });
    cluster.at(100);
    expect(cluster.rows.map(({ jobIdRaw, jobId }) => [jobIdRaw, jobId])).toEqual([
      [array + 1, '1_1'],
      [array + 2, '1_2'],
      [array, '1_3'],
      [one, String(one)],
    ]);
  });

  it('is cancelled whole, tasks that run among it', () => {
    const cluster = new SmallCluster(25);
    const array = cluster.submit({ tasks: 5, limitMinutes: 10 });
    expect([cluster.state.running.size, cluster.state.waiting.size]).toEqual([2, 1]);
    cluster.at(10).does({ kind: 'cancel', id: array });
    expect(cluster.rows.map(({ jobId, state }) => `${jobId} ${state}`).toSorted()).toEqual([
      '1_1 CANCELLED',
      '1_2 CANCELLED',
      '1_[3-5] CANCELLED',
    ]);
  });
});

describe('a limit', () => {
  it('lets a job start only if what was used, what is reserved and its own time limit fit', () => {
    const cluster = new SmallCluster(8);
    cluster.submit({ cpus: 2, limitMinutes: 3 });
    const over = cluster.submit({ cpus: 4, limitMinutes: 1 });
    expect(cluster.reason(over)).toBe('AssocGrpBillingMinutes');
    cluster.does({ kind: 'change', change: { kind: 'set-limit', account: 'chem', limitMinutes: 10 } });
    expect(cluster.runs(over)).toBe(true);
  });

  it('that falls stops no running job', () => {
    const cluster = new SmallCluster(100);
    cluster.submit({ cpus: 8, limitMinutes: 10, seconds: 300 });
    cluster.at(10).does({ kind: 'change', change: { kind: 'set-limit', account: 'chem', limitMinutes: 0 } });
    cluster.at(400);
    expect(cluster.rows).toEqual([expect.objectContaining({ state: 'COMPLETED', elapsed: 300 })]);
  });

  it('of a parent binds what lies below', () => {
    const cluster = new SmallCluster(1);
    const below = { account: 'sub', parent: 'chem', limitMinutes: 1_000, members: ['alice'] };
    cluster.does({ kind: 'declare', declaration: below });
    const job = cluster.submit({ account: 'sub' });
    expect(cluster.reason(job)).toBe('AssocGrpBillingMinutes');
  });

  it('counts running jobs once in a period', () => {
    const cluster = new SmallCluster();
    cluster.submit({ cpus: 5 });
    expect([cluster.at(59).counter(), cluster.at(60).counter(), cluster.at(119).counter()]).toEqual([
      0, 300, 300,
    ]);
  });
});

describe('the queue', () => {
  it('lets nothing that could delay the first in line go before it, and everything else', () => {
    const cluster = new SmallCluster();
    cluster.submit({ cpus: 16, nodes: 2, limitMinutes: 10 });
    const first = cluster.submit({ cpus: 24, nodes: 3, limitMinutes: 1, seconds: 30 });
    const long = cluster.submit({ cpus: 8, limitMinutes: 20 });
    const short = cluster.submit({ cpus: 4, limitMinutes: 5, seconds: 100 });
    expect([cluster.reason(first), cluster.reason(long), cluster.runs(short)]).toEqual([
      'Resources',
      'Priority',
      true,
    ]);
    expect(cluster.at(600).runs(first)).toBe(true);
    expect(cluster.at(630).runs(long)).toBe(true);
  });

  it('gives way to the account that used less', () => {
    const cluster = new SmallCluster();
    const other = { account: 'bio', limitMinutes: null, members: ['bob'] };
    cluster.does({ kind: 'declare', declaration: other });
    cluster.submit({ cpus: 24, nodes: 3, seconds: 300 });
    const mine = cluster.at(1).submit({ cpus: 24, nodes: 3, seconds: 300 });
    const theirs = cluster.at(2).submit({ cpus: 24, nodes: 3, seconds: 300, account: 'bio', user: 'bob' });
    cluster.at(300);
    expect([cluster.runs(mine), cluster.runs(theirs)]).toEqual([false, true]);
  });

  it('refuses at the door what can never be', () => {
    const cluster = new SmallCluster();
    expect(() => cluster.submit({ account: 'nosuch' })).toThrow('Invalid account');
    expect(() => cluster.submit({ user: 'bob' })).toThrow('Invalid account');
    expect(() => cluster.submit({ cpus: 9 })).toThrow('Requested node configuration is not available');
    expect(() => cluster.submit({ limitMinutes: 31 })).toThrow('time limit');
    expect(() => cluster.submit({ cpus: 3, nodes: 2 })).toThrow('even over the nodes');
    expect(cluster.state.nextJob).toBe(1);
  });
});

describe('an outage', () => {
  it('of the accounting lets rows come late', () => {
    const cluster = new SmallCluster();
    cluster.submit({ seconds: 50 });
    cluster.at(20).does({ kind: 'take-away', part: 'accounts' });
    expect(cluster.at(300).rows).toEqual([]);
    expect(cluster.does({ kind: 'change', change: { kind: 'lock', account: 'chem' } })).toContain('database');
    cluster.does({ kind: 'bring-back', part: 'accounts' });
    expect([cluster.rows.map(({ end }) => end - SmallCluster.START), cluster.shown]).toEqual([[50], [301]]);
  });

  it('of the controller enforces no time limit until it is back', () => {
    const cluster = new SmallCluster();
    cluster.submit({ seconds: 2_000, limitMinutes: 1 });
    cluster.at(10).does({ kind: 'take-away', part: 'queue' });
    cluster.at(750).does({ kind: 'bring-back', part: 'queue' });
    expect(cluster.rows).toEqual([expect.objectContaining({ state: 'TIMEOUT', elapsed: 750 })]);
  });

  it('in which the controller loses its state changes rows that were finished', () => {
    const cluster = new SmallCluster();
    cluster.submit({ cpus: 2, seconds: 64, limitMinutes: 2 });
    cluster.at(100).does({ kind: 'lose-state' });
    expect(cluster.rows.map(({ state, elapsed, submit }) => [state, elapsed, submit])).toEqual([
      ['COMPLETED', 64, SmallCluster.START],
      ['NODE_FAIL', 100, SmallCluster.START],
    ]);
    expect(cluster.counter()).toBe(200);
  });
});

describe('a person', () => {
  it('has their first account for a default, and goes only without jobs', () => {
    const cluster = new SmallCluster();
    const remove = { kind: 'remove-member', account: 'chem', user: 'alice', defaultAccount: null } as const;
    const job = cluster.submit();
    expect(cluster.does({ kind: 'change', change: remove })).toBe(
      'Job(s) active, cancel job(s) before remove',
    );
    expect(cluster.state.defaultAccounts.get('alice')).toBe('chem');
    cluster.does({ kind: 'cancel', id: job });
    expect(cluster.does({ kind: 'change', change: remove })).toBe('done');
    expect(cluster.state.defaultAccounts.has('alice')).toBe(false);
  });
});
