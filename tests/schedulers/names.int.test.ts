import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Change, DesiredAccount } from '@keystone/agent/schedulers/scheduler.ts';
import { SchedulerRefused } from '@keystone/agent/schedulers/scheduler-errors.ts';
import type { CommandRunner } from '@keystone/agent/schedulers/slurm/command-runner.ts';
import { SlurmScheduler } from '@keystone/agent/schedulers/slurm/slurm-scheduler.ts';
import { startSlurm, type SlurmLab } from '@keystone/local/slurm/start-slurm.ts';
import { ByHand } from './by-hand.ts';

const wanted = (account: string, overrides: Partial<DesiredAccount> = {}): DesiredAccount => ({
  account,
  locked: false,
  limitMinutes: 60,
  members: ['alice', 'bob'],
  ...overrides,
});

/** The agent's Slurm beside names, clusters and people that are not its own. */
describe('Slurm accounts', () => {
  let lab: SlurmLab;
  let hand: ByHand;
  let scheduler: SlurmScheduler;

  beforeAll(async () => {
    lab = await startSlurm({ cluster: 'names', nodes: 1 });
    hand = new ByHand(lab);
    scheduler = new SlurmScheduler(runnerOf(lab), 'root');
  }, 120_000);

  afterAll(() => lab?.close(), 60_000);

  const makeSo = async (...desired: DesiredAccount[]) => {
    const state = await scheduler.readState(desired.flatMap(({ members }) => members));
    const plan = scheduler.plan(desired, state);
    return { plan, results: await scheduler.apply(plan.changes) };
  };
  const associations = (cluster: string) =>
    hand.must(
      'sacctmgr',
      '-nP',
      'show',
      'assoc',
      `cluster=${cluster}`,
      'format=account,user,grptresmins,grpjobs,maxjobs,defaultqos',
    );

  it('of another cluster in the same accounting stay as they are', async () => {
    await hand.must('sacctmgr', '-i', 'add', 'cluster', 'elsewhere');
    const there = 'cluster=elsewhere';
    await hand.must('sacctmgr', '-i', 'add', 'account', 'chem', there, 'GrpTRESMins=billing=77');
    for (const user of ['alice', 'bob'])
      await hand.must('sacctmgr', '-i', 'add', 'user', user, 'account=chem', there);
    const before = await associations('elsewhere');
    await makeSo(wanted('chem'), wanted('bio', { locked: true }));
    await makeSo(wanted('chem', { limitMinutes: 5, locked: true, members: ['alice'] }), wanted('bio'));
    await makeSo(wanted('chem', { limitMinutes: 5, members: [] }), wanted('bio', { members: [] }));
    const { results } = await makeSo(wanted('chem', { members: [] }), wanted('bio', { members: [] }));
    expect(results.every(({ outcome }) => outcome === 'applied')).toBe(true);
    expect(await associations('names')).not.toContain('alice');
    expect(before).toContain('chem||billing=77');
    expect(await associations('elsewhere')).toBe(before);
  }, 90_000);

  it('with names that no command can carry are told of, and all others are managed', async () => {
    const hostile = [
      'two words',
      'pipe|name',
      'équipe',
      'semi;colon',
      '$(reboot)',
      'esc\x1fape',
      'forged\nnames|chem||root|billing=60||||\nrest',
    ];
    for (const name of hostile)
      await hand.must('sacctmgr', '-i', 'add', 'account', `name=${name}`, 'cluster=names');
    await hand.setAccount('chem', 'GrpTRESMins=billing=999999');
    const { plan, results } = await makeSo(wanted('chem'));
    expect(plan.problems.map(({ detail }) => detail).join('\n')).toMatch(
      /pipe\|name[^]*two rows tell of the account chem/,
    );
    expect(await associations('names')).toContain('\nchem||billing=60|');
    // What is not known for certain is written each time, and said not to be certain.
    expect(results.filter(({ outcome }) => outcome === 'failed').map(({ change }) => change.kind)).toEqual([
      'set-limit',
    ]);
    await hand.must(
      'sacctmgr',
      '-i',
      'delete',
      'account',
      'where',
      `name=${hostile.at(-1)}`,
      'cluster=names',
    );
    expect((await makeSo(wanted('chem'))).plan.changes).toEqual([]);
  }, 90_000);

  it.each(['-rf', 'a b', 'a,b', 'a=b', 'pipe|x', 'UPPER', 'x\ny', '', 'where'.repeat(9)])(
    'are never made under a hostile name: %j',
    async (name) => {
      const before = await associations('names');
      const { plan } = await makeSo(wanted(name), wanted('bio', { members: [name] }));
      expect(plan.problems.map(({ code }) => code)).toContain('account-name');
      const change: Change = { kind: 'set-limit', account: name, limitMinutes: 5 };
      await expect(scheduler.apply([change])).rejects.toBeInstanceOf(SchedulerRefused);
      expect(await associations('names')).toBe(before);
    },
    30_000,
  );

  it('are written by an operator, and by nobody with less', async () => {
    const dave = new SlurmScheduler(runnerOf(lab, 'dave'), 'dave');
    const change: Change = { kind: 'add-account', account: 'bydave', locked: true };
    expect(await dave.describe()).toMatchObject({
      canEnforce: false,
      problems: [{ code: 'no-operator-rights' }],
    });
    expect((await dave.apply([change]))[0]).toMatchObject({ outcome: 'failed' });
    await hand.must('sacctmgr', '-i', 'add', 'user', 'dave', 'account=bio', 'cluster=names');
    await hand.must('sacctmgr', '-i', 'modify', 'user', 'where', 'name=dave', 'set', 'adminlevel=Operator');
    expect(await dave.describe()).toMatchObject({ canEnforce: true, problems: [] });
    const place = { account: 'bydave', user: 'alice' } as const;
    const changes: Change[] = [
      change,
      { kind: 'set-limit', account: 'bydave', limitMinutes: 7 },
      { kind: 'add-member', ...place },
      { kind: 'block-member', ...place },
      { kind: 'unblock-member', ...place },
      { kind: 'unlock', account: 'bydave' },
    ];
    expect((await dave.apply(changes)).filter(({ outcome }) => outcome === 'failed')).toEqual([
      // Those that a later one of the same call took back.
      expect.objectContaining({ change: expect.objectContaining({ kind: 'add-account' }) }),
      expect.objectContaining({ change: expect.objectContaining({ kind: 'block-member' }) }),
    ]);
    expect((await dave.readCounters(['bydave'])).get('bydave')).toEqual({
      counterSeconds: 0,
      runningSeconds: 0,
    });
    expect((await dave.apply([{ kind: 'remove-member', ...place, defaultAccount: null }]))[0]?.outcome).toBe(
      'applied',
    );
  }, 60_000);
});

/** The agent's commands as one of the lab's users. */
function runnerOf(lab: SlurmLab, user?: string): CommandRunner {
  const run: CommandRunner['run'] = (program, args) =>
    lab.run('env', ['TZ=UTC', 'SLURM_TIME_FORMAT=%s', program, ...args], user);
  return {
    run,
    async *stream(program, args) {
      const { stdout, ...rest } = await run(program, args);
      yield stdout;
      return { ...rest, stdout: '' };
    },
  };
}
