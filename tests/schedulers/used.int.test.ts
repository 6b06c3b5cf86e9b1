import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { billableSeconds } from '@keystone/shared/domain/billing.ts';
import { eventually } from '../support/eventually.ts';
import { counterOf, finishedRows, submit, type SacctRow } from '../support/slurm-jobs.ts';
import { GovernedSlurm } from './governed-slurm.ts';

const account = 'chem';

/** The whole agent on a real Slurm: what jobs of every kind used comes to the ledger, and the limit follows. */
describe('what a job used', () => {
  let slurm: GovernedSlurm;
  beforeAll(async () => {
    slurm = await GovernedSlurm.start({ cluster: 'used' }, account);
  }, 120_000);
  afterAll(() => slurm?.close(), 60_000);

  const job = (...args: string[]) => submit(slurm.lab, 'alice', ['-A', account, '-t', '5', ...args]);

  const runs = async () => (await finishedRows(slurm.lab, account)).filter(({ elapsed }) => elapsed > 0);
  /** Waits for so many more runs, and until books and limit agree. */
  const runsAfter = async (count: number, work: () => Promise<unknown>): Promise<SacctRow[]> => {
    const before = new Set((await runs()).map(({ jobId, submit: at }) => `${jobId} ${at}`));
    await work();
    const fresh = await eventually(
      async () => {
        const found = (await runs()).filter(({ jobId, submit: at }) => !before.has(`${jobId} ${at}`));
        return found.length >= count && found;
      },
      { what: `${count} more runs in sacct` },
    );
    expect(fresh).toHaveLength(count);
    await slurm.books.agree(account);
    return fresh.sort((a, b) => a.submit - b.submit);
  };
  const chargeOf = (row: SacctRow | undefined) =>
    row && slurm.books.charged(account).get(`${row.jobId} ${row.submit}`);

  it('is charged for each task of an array, and nothing for tasks that never started', async () => {
    const rows = await runsAfter(4, async () => {
      await job('-n2', '--array=1-3', '--wrap=sleep 1');
      const throttled = await job('-n2', '--array=1-4%1', '--wrap=sleep 60');
      await slurm.hand.started(throttled);
      // So that the run has a length.
      await slurm.hand.lasts(1);
      await slurm.hand.cancel(throttled);
    });
    expect(rows.map(chargeOf)).toEqual(rows.map(({ elapsed }) => elapsed * 2));
    const never = await eventually(
      () => {
        const told = slurm.agent.runsOf(account);
        // Where it is cancelled soon after the first task began, it keeps the name of before.
        const found = told.find(({ jobId }) => /_\[[12]-4(%1)?\]$/.test(jobId));
        if (!found) throw new Error(told.map(({ jobId, state }) => `${jobId} ${state}`).join());
        return found;
      },
      {
        what: 'the row of the tasks that never started',
      },
    );
    expect(billableSeconds(never)).toBe(0);
  }, 90_000);

  it('is charged for each part of a heterogeneous job', async () => {
    const rows = await runsAfter(2, () => job('-n2', ':', '-n3', '--wrap=sleep 2'));
    expect(rows.map(({ jobId }) => jobId).sort()).toEqual([rows[0]?.jobId, (rows[0]?.jobId ?? 0) + 1]);
    const parts = await eventually(
      () => {
        const found = slurm.agent.runsOf(account).filter(({ jobId }) => jobId.includes('+'));
        return found.length === 2 && found;
      },
      { what: 'both parts under the job’s number', withinMs: 20_000 },
    );
    expect(parts.map(({ jobId }) => jobId.replace(/^\d+/, 'N')).sort()).toEqual(['N+0', 'N+1']);
    expect(parts.map(({ allocTres }) => /billing=\d/.exec(allocTres)?.[0]).sort()).toEqual([
      'billing=2',
      'billing=3',
    ]);
  }, 90_000);

  it('leaves out the time of a suspension, which Slurm counts', async () => {
    const counted = await counterOf(slurm.lab, account);
    const [row] = await runsAfter(1, async () => {
      const id = await job('-n50', '--wrap=sleep 6');
      await slurm.hand.started(id);
      await slurm.hand.must('scontrol', 'suspend', String(id));
      await slurm.hand.lasts(3);
      await slurm.hand.must('scontrol', 'resume', String(id));
    });
    if (!row || row.start === null) throw new Error('a row with a start was expected');
    expect(row.end - row.start - row.elapsed).toBeGreaterThanOrEqual(2);
    expect(chargeOf(row)).toBe(row.elapsed * 50);
    expect((await counterOf(slurm.lab, account)) - counted).toBe((row.end - row.start) * 50);
  }, 90_000);

  it('is charged for each run of a job that was requeued', async () => {
    const rows = await runsAfter(2, async () => {
      const id = await job('-n2', '--wrap=sleep 60');
      await slurm.hand.started(id);
      await slurm.hand.lasts(1);
      await slurm.hand.requeue(id);
      await slurm.hand.lasts(1);
      await slurm.hand.cancel(id);
    });
    expect(rows.map(({ state }) => state.split(' ')[0])).toEqual(['REQUEUED', 'CANCELLED']);
    expect(rows.map(chargeOf)).toEqual(rows.map(({ elapsed }) => elapsed * 2));
  }, 240_000);

  it('is charged once for the time before a resize, which Slurm counts again', async () => {
    const counted = await counterOf(slurm.lab, account);
    const rows = await runsAfter(2, async () => {
      const id = await job('-n40', '-N2', '--ntasks-per-node=20', '--wrap=sleep 60');
      await slurm.hand.started(id);
      await slurm.hand.lasts(4);
      await slurm.hand.must('scontrol', 'update', `JobId=${id}`, 'NumNodes=1');
      await slurm.hand.lasts(1);
      await slurm.hand.cancel(id);
    });
    const [wide, narrow] = rows;
    if (!wide || !narrow || wide.start === null) throw new Error('two rows with starts were expected');
    expect(rows.map(chargeOf)).toEqual([
      (narrow.submit - wide.start) * 40,
      (narrow.end - narrow.submit) * 20,
    ]);
    const charged = billableSeconds(wide) + billableSeconds(narrow);
    expect((await counterOf(slurm.lab, account)) - counted).toBeGreaterThan(charged + 60);
  }, 90_000);

  it('is nothing for a job that was cancelled as it waited or was held', async () => {
    const held = await job('-n2', '--hold', '--wrap=sleep 1');
    const waits = await job('-n120', '-t', '1-0', '--wrap=sleep 1');
    await eventually(async () => (await slurm.hand.reasonOf(waits)) === 'AssocGrpBillingMinutes', {
      what: 'the job to wait for its limit',
    });
    await slurm.hand.cancel(held);
    await slurm.hand.cancel(waits);
    const told = (id: number) => slurm.agent.runsOf(account).filter(({ jobIdRaw }) => jobIdRaw === id);
    await eventually(() => told(waits).length > 0 && told(held).length > 0, { what: 'rows of no length' });
    for (const run of [...told(waits), ...told(held)])
      expect(run).toMatchObject({ state: 'CANCELLED', elapsed: 0 });
    // The account does not wait for more of them.
    await runsAfter(1, () => job('-n50', '--wrap=sleep 2'));
  }, 90_000);

  it('is told whatever people write in their jobs', async () => {
    const [row] = await runsAfter(1, () =>
      job('-n2', '-J', 'a|b\nused|1\x1fc', '--comment', 'x|y\nz\x1f', '--wrap=sleep 1 # |\x1f'),
    );
    expect(row?.state).toBe('COMPLETED');
  }, 90_000);

  it('comes from this cluster alone, though another of the same name of account is in the accounting', async () => {
    await slurm.hand.must('sacctmgr', '-i', 'add', 'cluster', 'elsewhere');
    await slurm.hand.plantRow({ id_job: '700001' }, 'elsewhere');
    const seen = await slurm.hand.must(
      'sacct',
      '-aXDnP',
      '-M',
      'elsewhere',
      '-S',
      '2020-01-01',
      '-o',
      'JobIDRaw',
    );
    expect(seen.trim()).toBe('700001');
    await runsAfter(1, () => job('-n2', '--wrap=sleep 1'));
    expect(slurm.agent.runsOf(account).filter(({ jobIdRaw }) => jobIdRaw === 700_001)).toEqual([]);
  }, 90_000);

  it('left no problem behind', () => {
    expect(slurm.agent.problems()).toEqual([]);
  });
});
