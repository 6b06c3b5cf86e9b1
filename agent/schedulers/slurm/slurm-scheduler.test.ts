import { describe, expect, it } from '@jest/globals';
import type { FinishedRuns } from '../scheduler.ts';
import { SchedulerUnavailable } from '../scheduler-errors.ts';
import { CommandOutputTooLarge, CommandTimedOut } from './command-runner.ts';
import { fixture } from './fixture.ts';
import { scriptedRunner } from './scripted-runner.ts';
import { accountingColumns, SEPARATOR } from './read-arguments.ts';
import { SlurmScheduler } from './slurm-scheduler.ts';

const config = ['scontrol show config', fixture('configuration.txt')] as const;
const users = ['scontrol flags=users', fixture('users.txt')] as const;
const associations = ['sacctmgr show assoc', fixture('associations.txt')] as const;
const refusedConnection = {
  code: 1,
  stderr: 'sacctmgr: error: Sending PersistInit msg: Connection refused\n',
};

describe('Slurm reading its state', () => {
  const jobs = ['squeue %A', fixture('job-queue.txt')] as const;

  it('asks the machine for people, of whom getent prints only those it knows', async () => {
    const runner = scriptedRunner([
      config,
      users,
      associations,
      jobs,
      ['getent', { code: 2, stdout: 'alice:x:1001:1001::/home/alice:/bin/bash\n' }],
    ]);
    const state = await new SlurmScheduler(runner).readState(['alice', 'zoe', 'not a name']);
    expect(state.unknownPeople).toEqual(new Set(['zoe']));
    expect(state.jobs.size).toBeGreaterThan(0);
    expect(runner.asked).toContain('getent passwd alice zoe');
  });

  it.each([
    ['fails', { code: 3 }],
    ['hangs', new CommandTimedOut('getent', 30_000)],
  ])('takes nobody for known, says so, and reads all else where getent %s', async (_, answer) => {
    const runner = scriptedRunner([config, users, associations, jobs, ['getent', answer]]);
    const people = Array.from({ length: 150 }, (_name, at) => `p${at}`);
    const state = await new SlurmScheduler(runner).readState(people);
    expect(state.unknownPeople).toEqual(new Set(people));
    expect(state.problems).toContainEqual({
      code: 'people-unread',
      detail: expect.stringContaining('getent'),
    });
    expect(state.accounts.length).toBeGreaterThan(1);
    expect(state.jobs.size).toBeGreaterThan(0);
    expect(runner.asked.filter((command) => command.startsWith('getent'))).toHaveLength(1);
  });

  it('is away where sacctmgr succeeds and prints nothing', async () => {
    const runner = scriptedRunner([config, users, ['sacctmgr show assoc', ''], jobs]);
    await expect(new SlurmScheduler(runner).readState([])).rejects.toBeInstanceOf(SchedulerUnavailable);
  });

  it('asks for the name of the cluster once', async () => {
    const runner = scriptedRunner([config, users, associations, jobs]);
    const scheduler = new SlurmScheduler(runner);
    await scheduler.readState([]);
    await scheduler.readState([]);
    expect(runner.asked.filter((command) => command.includes('config'))).toHaveLength(1);
  });
});

describe('Slurm reading counters', () => {
  const counter = (used: number, reserved: number, usage = used * 60) =>
    `ClusterName=recorded Account=chem UserName= Partition= UsageRaw/Norm/Efctv=${usage}.00/1.00/1.00 GrpTRESMins=cpu=N(1),billing=600(${used}),vmem=N(0) GrpTRESRunMins=cpu=N(1),billing=N(${reserved}),vmem=N(0)\n`;
  const running = [
    'squeue tres-alloc',
    `7${SEPARATOR}10:00${SEPARATOR}billing=2,cpu=2${SEPARATOR}chem${SEPARATOR}\n`,
  ] as const;
  const read = (...counters: string[]) => {
    const runner = scriptedRunner([config, users, associations, running, ['flags=assoc', ...counters]]);
    return { runner, counters: new SlurmScheduler(runner).readCounters(['chem', 'gone']) };
  };

  it('splits off what running jobs have used of their reservations', async () => {
    expect(await read(counter(8, 16)).counters).toEqual(
      new Map([['chem', { counterSeconds: 480, runningSeconds: 240 }]]),
    );
  });

  it('tells what Slurm compares with the limit, and not what fractional weights make of it', async () => {
    expect((await read(counter(8, 16, 575)).counters).get('chem')?.counterSeconds).toBe(480);
  });

  it('reads an account again that changed while the jobs were read', async () => {
    const { counters } = read(counter(8, 20), counter(10, 18), counter(10, 18), counter(10, 18));
    expect(await counters).toEqual(new Map([['chem', { counterSeconds: 600, runningSeconds: 120 }]]));
  });

  it('takes a change within a minute for one', async () => {
    const { runner, counters } = read(counter(8, 20, 500), counter(8, 20, 530));
    await counters;
    expect(runner.asked.filter((command) => command.includes('flags=assoc'))).toHaveLength(4);
  });

  it('leaves out an account that changes whenever it is looked at', async () => {
    const { counters } = read(...Array.from({ length: 12 }, (_, index) => counter(index, 20)));
    expect(await counters).toEqual(new Map());
  });

  it('counts jobs of accounts below an account, whose use is in its counter', async () => {
    const tree = [
      'sacctmgr show assoc',
      'recorded|root|||||||\nrecorded|chem||root|||||\nrecorded|lab||chem|||||\n',
    ] as const;
    const below = [
      'squeue tres-alloc',
      `7${SEPARATOR}10:00${SEPARATOR}billing=2${SEPARATOR}lab${SEPARATOR}\n`,
    ] as const;
    const runner = scriptedRunner([config, users, tree, below, ['flags=assoc', counter(8, 16)]]);
    expect(await new SlurmScheduler(runner).readCounters(['chem'])).toEqual(
      new Map([['chem', { counterSeconds: 480, runningSeconds: 240 }]]),
    );
  });

  it('tells the whole running part where the counter was set back under jobs that run', async () => {
    expect((await read(counter(1, 0)).counters).get('chem')).toEqual({
      counterSeconds: 60,
      runningSeconds: 1200,
    });
  });

  it('tells no running part below nothing', async () => {
    expect((await read(counter(2, 90)).counters).get('chem')?.runningSeconds).toBe(0);
  });
});

describe('Slurm reading finished runs', () => {
  const DAY = 86_400;
  const row = (id: number, end: number) =>
    `${accountingColumns.map((column) => ({ Cluster: 'recorded', JobIDRaw: String(id), JobID: String(id), Submit: '1', Eligible: '1', Start: '2', End: String(end), ElapsedRaw: '1', Suspended: '00:00:00', TimelimitRaw: '5', State: 'COMPLETED', ExitCode: '0:0', User: 'alice', Account: 'chem', Partition: 'batch', QOS: 'normal', AllocTRES: 'billing=1', NNodes: '1', NodeList: 'n1', TotalCPU: '00:00:01' })[column]).join(SEPARATOR)}\n`;
  const slices = async (rules: Parameters<typeof scriptedRunner>[0], from: number, to: number) => {
    const runner = scriptedRunner([config, ...rules]);
    const read: FinishedRuns[] = [];
    for await (const slice of new SlurmScheduler(runner).finishedRuns(from, to)) read.push(slice);
    return { read, asked: runner.asked.filter((command) => command.startsWith('sacct ')) };
  };

  it('asks for no more than a day at a time, without gaps', async () => {
    const { read, asked } = await slices([['sacct', '']], DAY, 3 * DAY + 60);
    expect(read.map(({ from, to }) => [from, to])).toEqual([
      [DAY, 2 * DAY],
      [2 * DAY, 3 * DAY],
      [3 * DAY, 3 * DAY + 60],
    ]);
    expect(asked).toHaveLength(3);
  });

  it('tells a run that ended on a border once', async () => {
    const { read } = await slices(
      [['sacct', row(1, 2 * DAY) + row(2, 2 * DAY - 1), row(1, 2 * DAY) + row(3, 2 * DAY)]],
      DAY,
      3 * DAY,
    );
    expect(read.map(({ runs }) => runs.map(({ jobIdRaw }) => jobIdRaw))).toEqual([[1, 2], [3]]);
  });

  it('halves a slice that is more than is read at once', async () => {
    const { read } = await slices([['sacct', new CommandOutputTooLarge('too much'), '']], DAY, 2 * DAY);
    expect(read.map(({ from, to }) => [from, to])).toEqual([
      [DAY, 1.5 * DAY],
      [1.5 * DAY, 2 * DAY],
    ]);
  });

  it('halves a slice that takes too long, and begins the next reading with what did not', async () => {
    const late = new CommandTimedOut('sacct', 120_000);
    const runner = scriptedRunner([config, ['sacct', late, '', late, '']]);
    const scheduler = new SlurmScheduler(runner);
    const read = async () => {
      const ends: number[] = [];
      for await (const { to } of scheduler.finishedRuns(DAY, 2 * DAY)) ends.push(to);
      return ends;
    };
    expect(await read()).toEqual([1.5 * DAY, 1.75 * DAY, 2 * DAY]);
    const [first = 0] = await read();
    expect([first > 1.25 * DAY, first < 1.3 * DAY]).toEqual([true, true]);
  });

  it('fails where the smallest slice takes too long', async () => {
    const late = new CommandTimedOut('sacct', 120_000);
    await expect(slices([['sacct', late]], DAY, 2 * DAY)).rejects.toBe(late);
    expect((await slices([['sacct', late, late, '']], DAY, DAY + 900)).read[0]?.to).toBe(DAY + 300);
  });

  it('gives nothing, and fails, where slurmdbd is away', async () => {
    await expect(slices([['sacct', refusedConnection]], DAY, 2 * DAY)).rejects.toBeInstanceOf(
      SchedulerUnavailable,
    );
  });
});

describe('Slurm describing itself', () => {
  const rest = [
    ['scontrol partition', fixture('partitions.txt')],
    ['sacctmgr show cluster', fixture('clusters.txt')],
    ['sacctmgr show qos', fixture('qualities.txt')],
  ] as const;

  it('can enforce as an operator on the recorded Slurm, with a warning for the endless partition', async () => {
    const runner = scriptedRunner([
      config,
      users,
      associations,
      ...rest,
      ['sacctmgr show user', 'Operator\n'],
    ]);
    const description = await new SlurmScheduler(runner, 'keystone').describe();
    expect(description).toMatchObject({
      kind: 'slurm',
      cluster: 'recorded',
      version: '22.05.8',
      canEnforce: true,
    });
    expect(description.problems.map(({ code }) => code)).toEqual(['partition-unlimited']);
  });

  it('can not enforce as a user whom Slurm does not know', async () => {
    const runner = scriptedRunner([config, users, associations, ...rest, ['sacctmgr show user', '']]);
    expect(await new SlurmScheduler(runner, 'keystone').describe()).toMatchObject({ canEnforce: false });
  });
});
