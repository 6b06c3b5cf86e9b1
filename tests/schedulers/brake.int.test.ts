import { appendFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openSlurm } from '@keystone/agent/schedulers/slurm/open-slurm.ts';
import { labPaths } from '@keystone/local/slurm/lab-options.ts';
import { eventually } from '../support/eventually.ts';
import { counterOf, finishedJob, finishedRows, limitOf, submit } from '../support/slurm-jobs.ts';
import { AWARDED } from './agent-on-slurm.ts';
import { GovernedSlurm } from './governed-slurm.ts';

/** A weight with which Slurm's usage grows by 1.9 where its billing figure is 1. */
const FRACTIONAL =
  'PartitionName=fractional Nodes=ALL DefaultTime=10 MaxTime=1-00:00:00 DefMemPerCPU=100 TRESBillingWeights=CPU=1.9';

/**
 * The whole agent on a real Slurm whose counter is not the ledger: what Slurm lets start is what the ledger has left
 * beside whole reservations of running jobs, to within a minute, whatever the counter does.
 */
describe('a limit', () => {
  let slurm: GovernedSlurm;
  beforeAll(async () => {
    slurm = await GovernedSlurm.start({ cluster: 'brake', extraConf: [FRACTIONAL] }, 'running', 'chem');
    await runForTheTick();
  }, 120_000);
  afterAll(() => slurm?.close(), 60_000);

  const job = (account: string, ...args: string[]) =>
    submit(slurm.lab, 'alice', ['-A', account, '--wrap=sleep 300', ...args]);

  /** Started before anything else, so that the tick of PriorityCalcPeriod comes while other tests run. */
  const runForTheTick = async () => {
    await job('running', '-n2', '-t20', '--array=1-5');
    const paused = await job('running', '-n6', '-t20');
    const longPaused = await job('running', '-n9', '-t1');
    const shortened = await job('running', '-n3', '-t20');
    await Promise.all([paused, longPaused, shortened].map((id) => slurm.hand.started(id)));
    for (const id of [paused, longPaused]) await slurm.hand.must('scontrol', 'suspend', String(id));
    await slurm.hand.must('scontrol', 'update', `JobId=${shortened}`, 'TimeLimit=10');
  };

  it('that was changed by hand is mended, and so are locks and members', async () => {
    const member = async () =>
      (
        await slurm.hand.must(
          'sacctmgr',
          '-nP',
          'show',
          'assoc',
          'account=chem',
          'format=user,maxjobs,grpjobs',
        )
      )
        .trim()
        .split('\n');
    const clean = ['||', 'alice||'];
    const mended = async (what: string) => {
      await eventually(
        async () =>
          (await limitOf(slurm.lab, 'chem')) === AWARDED / 60 && String(await member()) === String(clean),
        { what },
      );
    };
    await slurm.hand.setAccount('chem', 'GrpTRESMins=billing=999999');
    await mended('a limit that was raised');
    await slurm.hand.setAccount('chem', 'GrpTRESMins=billing=-1', 'GrpJobs=0', 'GrpSubmitJobs=0');
    await mended('a limit that was taken away, and a lock');
    const where = ['where', 'name=alice', 'account=chem', 'cluster=brake'];
    await slurm.hand.must(
      'sacctmgr',
      '-i',
      'modify',
      'user',
      ...where,
      'set',
      'MaxJobs=0',
      'MaxSubmitJobs=0',
    );
    await slurm.hand.must('sacctmgr', '-i', 'add', 'user', 'bob', 'account=chem', 'cluster=brake');
    await mended('a member who was blocked, and a stranger');
    await slurm.hand.must('sacctmgr', '-i', 'delete', 'user', ...where);
    await mended('a member who was taken away');
  }, 120_000);

  it('on the account that blocks all its members is told with the way to mend it', async () => {
    await slurm.hand.setAccount('chem', 'MaxJobs=0', 'MaxSubmitJobs=0');
    const told = () =>
      slurm.agent.problems().find((text) => /change-failed: unblock-member chem alice/.test(text));
    expect(await eventually(told, { what: 'the problem' })).toContain('set MaxJobs=-1 MaxSubmitJobs=-1');
    await slurm.hand.setAccount('chem', 'MaxJobs=-1', 'MaxSubmitJobs=-1');
    await eventually(() => told() === undefined, { what: 'the problem to go' });
  }, 60_000);

  it('follows what Slurm compares, where fractional weights count more than they bill', async () => {
    const counted = await counterOf(slurm.lab, 'chem');
    await job('chem', '-p', 'fractional', '-n1', '-t5', '--array=1-30', '--wrap=sleep 4');
    await eventually(async () => (await finishedRows(slurm.lab, 'chem')).length === 30, { what: '30 rows' });
    const used = AWARDED - (await slurm.books.left('chem'));
    expect((await counterOf(slurm.lab, 'chem')) - counted).toBeGreaterThan(used + 60);
    await slurm.books.agree('chem');
    expect((await openSlurm(slurm.lab.env.SLURM_CONF, process.env).describe()).problems).toEqual([
      expect.objectContaining({ code: 'fractional-billing' }),
    ]);
  }, 120_000);

  it('leaves out of the counter what running jobs have made: arrays, suspended and shortened ones', async () => {
    await eventually(async () => (await counterOf(slurm.lab, 'running')) > 120, {
      what: 'the tick',
      withinMs: 90_000,
    });
    await slurm.books.agree('running');
    // Nothing has ended, so all that is counted belongs to jobs that run.
    expect(await finishedRows(slurm.lab, 'running')).toEqual([]);
  }, 140_000);

  it('stays right where somebody sets the counter to 0 under running jobs', async () => {
    await slurm.hand.setAccount('running', 'RawUsage=0');
    expect(await counterOf(slurm.lab, 'running')).toBe(0);
    await slurm.books.agree('running');
  }, 60_000);

  it('stays right while usage decays', async () => {
    const id = await job('chem', '-n60', '-t5', '--wrap=sleep 6');
    await finishedJob(slurm.lab, 'chem', id);
    const before = await counterOf(slurm.lab, 'chem');
    await appendFile(labPaths(slurm.lab.options).slurmConf, 'PriorityDecayHalfLife=00:02:00\n');
    await slurm.hand.must('scontrol', 'reconfigure');
    await eventually(async () => (await counterOf(slurm.lab, 'chem')) < before - 60, {
      what: 'decay',
      withinMs: 90_000,
    });
    await slurm.books.agree('chem');
    await slurm.books.agree('running');
    const { canEnforce, problems } = await openSlurm(slurm.lab.env.SLURM_CONF, process.env).describe();
    expect([canEnforce, problems.map(({ code }) => code).sort()]).toEqual([
      true,
      ['fractional-billing', 'usage-decays'],
    ]);
  }, 140_000);

  it('is not written where Slurm does not keep to it: without "safe" jobs start beyond it', async () => {
    // It looks at the configuration when it starts, and every ten minutes.
    await slurm.agent.stop();
    await slurm.lab.stop('slurmctld');
    await appendFile(labPaths(slurm.lab.options).slurmConf, 'AccountingStorageEnforce=associations,limits\n');
    await slurm.lab.start('slurmctld');
    await slurm.hand.setAccount('chem', 'GrpTRESMins=billing=100');
    const over = await job('chem', '-n60', '-t30', '--wrap=sleep 30');
    await slurm.hand.started(over);
    const description = await openSlurm(slurm.lab.env.SLURM_CONF, process.env).describe();
    expect(description.canEnforce).toBe(false);
    expect(description.problems[0]).toEqual({
      code: 'limits-not-enforced',
      detail: expect.stringContaining('AccountingStorageEnforce lacks safe'),
    });
    await slurm.agent.start();
    await eventually(() => slurm.agent.problems().some((text) => text.startsWith('enforce-refused')), {
      what: 'the refusal',
    });
    slurm.agent.govern({ account: 'never-made' });
    await eventually(() => slurm.agent.said.includes('add-account never-made'), { what: 'a plan' });
    expect(await limitOf(slurm.lab, 'chem')).toBe(100);
    expect(await limitOf(slurm.lab, 'never-made')).toBeNull();
  }, 90_000);
});
