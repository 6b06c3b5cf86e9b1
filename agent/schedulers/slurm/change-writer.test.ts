import { describe, expect, it } from '@jest/globals';
import type { Change } from '../scheduler.ts';
import { SchedulerRefused, SchedulerUnavailable } from '../scheduler-errors.ts';
import { fixture } from './fixture.ts';
import { scriptedRunner } from './scripted-runner.ts';
import { SlurmScheduler } from './slurm-scheduler.ts';

const config = ['scontrol show config', fixture('configuration.txt')] as const;
const users = ['scontrol flags=users', fixture('users.txt')] as const;
const associations = ['sacctmgr show assoc', fixture('associations.txt')] as const;
const refusedConnection = {
  code: 1,
  stderr: 'sacctmgr: error: Sending PersistInit msg: Connection refused\n',
};

const setLimit = (limitMinutes: number) => ({ kind: 'set-limit', account: 'chem', limitMinutes }) as const;

describe('Slurm applying changes', () => {
  it('believes what it reads back, not exit codes', async () => {
    const runner = scriptedRunner([
      config,
      users,
      associations,
      ['modify', { code: 1, stdout: ' Nothing modified\n' }, ''],
    ]);
    const results = await new SlurmScheduler(runner).apply([setLimit(600), setLimit(601)]);
    expect(results).toEqual([
      { change: setLimit(600), outcome: 'applied' },
      { change: setLimit(601), outcome: 'failed', detail: expect.stringContaining('does not show it') },
    ]);
  });

  it('says what Slurm said of a change that does not show', async () => {
    const runner = scriptedRunner([
      config,
      users,
      associations,
      ['modify', { code: 1, stderr: "Your user doesn't have privilege to perform this action\n" }],
    ]);
    const [result] = await new SlurmScheduler(runner).apply([setLimit(7)]);
    expect(result).toMatchObject({ outcome: 'failed', detail: expect.stringContaining('privilege') });
  });

  it('says where to look where a member stays blocked', async () => {
    const runner = scriptedRunner([config, users, associations, ['modify', '']]);
    const unblock = { kind: 'unblock-member', account: 'chem', user: 'carol' } as const;
    expect(await new SlurmScheduler(runner).apply([unblock])).toEqual([
      { change: unblock, outcome: 'failed', detail: expect.stringContaining('set MaxJobs=-1') },
    ]);
  });

  it('stops where slurmdbd goes away on the way', async () => {
    const runner = scriptedRunner([config, users, associations, ['modify', '', refusedConnection]]);
    await expect(
      new SlurmScheduler(runner).apply([setLimit(1), setLimit(2), setLimit(3)]),
    ).rejects.toBeInstanceOf(SchedulerUnavailable);
    expect(runner.asked.filter((command) => command.includes('modify'))).toHaveLength(2);
  });

  it('writes nothing, and asks nothing, for no change', async () => {
    const runner = scriptedRunner([config]);
    expect(await new SlurmScheduler(runner).apply([])).toEqual([]);
  });

  it('refuses a figure that would clear a limit before anything is written', async () => {
    const runner = scriptedRunner([config]);
    await expect(new SlurmScheduler(runner).apply([setLimit(-1)])).rejects.toBeInstanceOf(SchedulerRefused);
    expect(runner.asked.join()).not.toContain('modify');
  });
});

describe('Slurm applying changes that are alike', () => {
  const remove = (...names: string[]) =>
    names.map((user) => ({ kind: 'remove-member', account: 'chem', user, defaultAccount: null }) as const);
  const add = (...names: string[]) =>
    names.map((user) => ({ kind: 'add-member', account: 'chem', user }) as const);
  const root = 'recorded|root|||||||\nrecorded|chem||root|||||\n';
  const withMembers = (...names: string[]) =>
    root + names.map((user) => `recorded|chem|${user}||||||\n`).join('');
  const apply = async (changes: Change[], ...rules: Parameters<typeof scriptedRunner>[0]) => {
    const runner = scriptedRunner([config, users, ...rules]);
    const results = await new SlurmScheduler(runner).apply(changes);
    const failed = results.filter(({ outcome }) => outcome === 'failed');
    return { results, failed, asked: runner.asked.filter((command) => command.startsWith('sacctmgr')) };
  };

  it('writes them in one call, and reads back once', async () => {
    const shown = ['sacctmgr show assoc', withMembers('alice', 'bob', 'carol')] as const;
    const { failed, asked } = await apply(add('alice', 'bob', 'carol'), shown, ['add user', '']);
    expect(failed).toEqual([]);
    expect(asked).toEqual([
      'sacctmgr -i add user name=alice,bob,carol account=chem cluster=recorded',
      expect.stringContaining('show assoc'),
    ]);
  });

  it('writes them one by one where one keeps back the others, and says which', async () => {
    const { failed, results, asked } = await apply(
      remove('alice', 'bob', 'carol'),
      ['sacctmgr show assoc', withMembers('alice', 'bob', 'carol'), withMembers('bob')],
      ['delete', { code: 1, stderr: 'Job(s) active\n' }, '', { code: 1, stderr: 'bob has jobs\n' }, ''],
    );
    expect(results.map(({ outcome }) => outcome)).toEqual(['applied', 'failed', 'applied']);
    expect(failed).toEqual([expect.objectContaining({ detail: 'bob has jobs' })]);
    expect(
      asked.filter((command) => command.includes('delete')).map((command) => command.split(' ')[5]),
    ).toEqual(['name=alice,bob,carol', 'name=alice', 'name=bob', 'name=carol']);
  });

  it('tries each once more and then lets it be, where none can be written', async () => {
    const { failed, asked } = await apply(
      add('alice', 'bob'),
      ['sacctmgr show assoc', root],
      ['add user', { code: 1, stderr: "Your user doesn't have privilege to perform this action\n" }],
    );
    expect(failed).toHaveLength(2);
    expect(asked).toHaveLength(5);
  });

  it('removes nobody whose default account could not be moved with that of the others', async () => {
    const leaving = remove('alice', 'bob').map((change) => ({ ...change, defaultAccount: 'bio' }));
    const { failed, asked } = await apply(
      leaving,
      ['sacctmgr show assoc', withMembers('alice', 'bob'), withMembers('bob')],
      [
        'DefaultAccount=bio',
        { code: 1, stderr: "Can't modify\n" },
        '',
        { code: 1, stderr: "Can't modify\n" },
      ],
      ['delete', '', { code: 1, stderr: 'Job(s) active\n' }],
    );
    expect(failed).toEqual([expect.objectContaining({ detail: 'Job(s) active' })]);
    expect(asked.filter((command) => command.includes('delete'))).toHaveLength(2);
  });

  it('takes fewer names after a call that did not end, and more again when calls end', async () => {
    const changes = add(...Array.from({ length: 8 }, (_, person) => `user${person}`));
    const late = new SchedulerUnavailable('sacctmgr did not end within 120 s');
    const runner = scriptedRunner([
      config,
      users,
      ['sacctmgr show assoc', withMembers(...changes.map(({ user }) => user))],
      ['add user', late, late, '', '', ''],
    ]);
    const scheduler = new SlurmScheduler(runner, 'keystone', 8);
    const calls = async () => {
      const before = runner.asked.length;
      await scheduler.apply(changes).catch((error: unknown) => expect(error).toBe(late));
      const made = runner.asked.slice(before).filter((command) => command.includes('add user'));
      return made.map((command) => command.split(',').length);
    };
    expect([await calls(), await calls(), await calls(), await calls(), await calls()]).toEqual([
      [8],
      [4],
      [2, 2, 2, 2],
      [4, 4],
      [8],
    ]);
  });
});
