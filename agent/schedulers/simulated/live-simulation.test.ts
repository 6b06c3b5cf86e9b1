import { describe, expect, it } from '@jest/globals';
import type { UsageRecord } from '@keystone/shared/contracts/usage.ts';
import fc from 'fast-check';
import { MemoryDisk } from '../../testing/memory-disk.ts';
import type { Change, Scheduler } from '../scheduler.ts';
import { SchedulerRefused } from '../scheduler-errors.ts';
import { simulationConfigSchema, type SimulationConfigInput } from './simulation-config.ts';
import { SimulatedScheduler } from './simulated-scheduler.ts';

const START = Date.parse('2026-03-02T09:00:00Z') / 1000;
const HOUR = 3_600;
const lively = { seed: 5, nodes: { count: 4, cpus: 16 }, load: 0.8 } satisfies SimulationConfigInput;

/** A clock, a disk, and processes that come and go. */
class Machine {
  readonly disk = new MemoryDisk();
  seconds = START;
  readonly #config: SimulationConfigInput;

  constructor(config: SimulationConfigInput = lively) {
    this.#config = config;
  }

  open(changes: SimulationConfigInput = {}, keep = true): SimulatedScheduler {
    return new SimulatedScheduler({
      config: simulationConfigSchema.parse({ ...this.#config, ...changes }),
      disk: this.disk,
      now: () => this.seconds * 1000,
      keep,
    });
  }
}

const award = (account: string, limitMinutes: number): Change[] => [
  { kind: 'add-account', account, locked: false },
  { kind: 'add-member', account, user: 'alice' },
  { kind: 'set-limit', account, limitMinutes },
];
const rowsOf = async (scheduler: Scheduler, to: number): Promise<UsageRecord[]> => {
  const rows: UsageRecord[] = [];
  for await (const { runs } of scheduler.finishedRuns(START - 24 * HOUR, to)) rows.push(...runs);
  return rows;
};

describe('a simulation that goes with the clock', () => {
  it('has ended the jobs that ran while its process was down', async () => {
    const machine = new Machine();
    const before = machine.open();
    await before.apply(award('chem', 100_000));
    machine.seconds += HOUR;
    const running = new Set((await before.look()).running.keys());
    expect(running.size).toBeGreaterThan(0);
    await before.close();
    machine.seconds += 48 * HOUR;
    const after = machine.open();
    const ended = new Set((await rowsOf(after, machine.seconds)).map(({ jobIdRaw }) => jobIdRaw));
    expect([...running].filter((id) => !ended.has(id))).toEqual([]);
  });

  it('tells the same rows whenever it is looked at, closed, or ended without a word', async () => {
    const end = START + 8 * HOUR;
    const steady = new Machine();
    const alone = steady.open();
    await alone.apply(award('chem', 3_000));
    steady.seconds = START + 2 * HOUR;
    await alone.apply(award('bio', 50_000));
    steady.seconds = end;
    const expected = JSON.stringify(await rowsOf(alone, end));
    expect(expected.length).toBeGreaterThan(10_000);
    const visits = fc.array(
      fc.record({
        at: fc.integer({ min: 0, max: 8 * HOUR }),
        how: fc.constantFrom('look', 'close', 'kill'),
      }),
    );
    await fc.assert(
      fc.asyncProperty(visits, async (visited) => {
        const machine = new Machine();
        let scheduler = machine.open();
        await scheduler.apply(award('chem', 3_000));
        const stops = [...visited, { at: 2 * HOUR, how: 'award' as const }];
        for (const { at, how } of stops.toSorted((a, b) => a.at - b.at)) {
          machine.seconds = START + at;
          if (how === 'award') await scheduler.apply(award('bio', 50_000));
          await scheduler.queue();
          if (how === 'close') await scheduler.close();
          if (how === 'kill' || how === 'close') scheduler = machine.open();
        }
        machine.seconds = end;
        expect(JSON.stringify(await rowsOf(scheduler, end))).toBe(expected);
      }),
      { numRuns: 15 },
    );
  }, 60_000);

  it('has what it said was applied, whenever the machine goes down', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(12), fc.constantFrom(0, 0.5, 1), async (writes, tear) => {
        const machine = new Machine();
        const scheduler = machine.open();
        const applied: string[] = [];
        machine.disk.tear = tear;
        machine.disk.writesLeft = writes;
        try {
          for (const account of ['a', 'b', 'c', 'd']) {
            await scheduler.apply(award(account, 1_000));
            applied.push(account);
            machine.seconds += HOUR;
          }
        } catch (error) {
          expect(error).toMatchObject({ name: 'Crash' });
        }
        machine.disk.restart();
        const after = machine.open();
        const { accounts } = await after.readState([]);
        const found = accounts
          .filter(({ limitMinutes }) => limitMinutes === 1_000)
          .map(({ account }) => account);
        expect(found).toEqual(expect.arrayContaining(applied));
        const rows = await rowsOf(after, machine.seconds);
        expect(new Set(rows.map(({ jobIdRaw, submit }) => `${jobIdRaw} ${submit}`)).size).toBe(rows.length);
      }),
      { numRuns: 25 },
    );
  }, 60_000);

  it('begins behind the clock where it should, catches up, and is never ahead', async () => {
    const machine = new Machine({ ...lively, behindSeconds: 3_600, speed: 61 });
    const scheduler = machine.open();
    const lag = async (seconds: number) => {
      machine.seconds = START + seconds;
      return machine.seconds - (await scheduler.look()).now;
    };
    expect([await lag(0), await lag(30), await lag(60), await lag(6_000)]).toEqual([3_600, 1_800, 0, 0]);
  });

  it('has a past where it should, with jobs that run on', async () => {
    const machine = new Machine({
      ...lively,
      historyDays: 20,
      workload: [{ account: 'chem', users: ['alice'], unitsPerDay: 400 }],
    });
    const scheduler = machine.open();
    expect((await scheduler.look()).running.size).toBeGreaterThan(0);
    const rows: UsageRecord[] = [];
    for await (const { runs } of scheduler.finishedRuns(START - 30 * 24 * HOUR, START)) rows.push(...runs);
    expect((rows.at(-1)?.end ?? 0) - (rows[0]?.end ?? 0)).toBeGreaterThan(18 * 24 * HOUR);
    expect((await scheduler.readState([])).accounts.map(({ account }) => account)).toEqual(['root', 'chem']);
  });

  it('goes on at its own pace after a past of another', async () => {
    const machine = new Machine({
      ...lively,
      historyDays: 10,
      historyPace: 1,
      pace: 20,
      workload: [{ account: 'chem', users: ['alice'], unitsPerDay: 400 }],
    });
    const scheduler = machine.open();
    const past = (await scheduler.look()).nextJob;
    machine.seconds += 10 * 24 * HOUR;
    expect((await scheduler.look()).nextJob).toBeGreaterThan(5 * past);
  });

  it('waits for awards: without a limit, with one of 0, or locked, nobody submits', async () => {
    const machine = new Machine();
    const scheduler = machine.open();
    await scheduler.apply([
      { kind: 'add-account', account: 'chem', locked: true },
      { kind: 'add-member', account: 'chem', user: 'alice' },
      { kind: 'set-limit', account: 'chem', limitMinutes: 1_000 },
      { kind: 'add-account', account: 'bio', locked: false },
      { kind: 'add-member', account: 'bio', user: 'alice' },
    ]);
    machine.seconds += 24 * HOUR;
    expect((await scheduler.look()).nextJob).toBe(1);
    await scheduler.apply([{ kind: 'unlock', account: 'chem' }]);
    machine.seconds += 24 * HOUR;
    const { nextJob } = await scheduler.look();
    expect(nextJob).toBeGreaterThan(5);
  });

  it('that is only looked at goes on by itself, writes nothing, and takes no change', async () => {
    const machine = new Machine();
    const runner = machine.open();
    await runner.apply(award('chem', 100_000));
    machine.seconds += 2 * HOUR;
    machine.disk.writesLeft = 0;
    const looker = machine.open({}, false);
    expect((await looker.queue()).unfinished.size).toBeGreaterThan(0);
    await expect(looker.apply(award('bio', 1))).rejects.toBeInstanceOf(SchedulerRefused);
  });

  it('refuses to go on with other nodes, or from files that are damaged', async () => {
    const machine = new Machine();
    await machine.open().apply(award('chem', 100));
    await expect(machine.open({ nodes: { count: 5, cpus: 16 } }).queue()).rejects.toThrow(
      'other nodes or weights',
    );
    await expect(machine.open({ load: 0.5 }).queue()).resolves.toBeDefined();
    machine.disk.flipByte('state.json', 3);
    await expect(machine.open().queue()).rejects.toBeInstanceOf(SchedulerRefused);
  });

  it('refuses changes that no scheduler takes, and says why one did not come about', async () => {
    const scheduler = new Machine().open();
    for (const change of [
      { kind: 'set-limit', account: 'chem', limitMinutes: -1 },
      { kind: 'set-limit', account: 'chem', limitMinutes: 1.5 },
      { kind: 'add-account', account: 'Chem x', locked: false },
      { kind: 'add-member', account: 'chem', user: 'where' },
    ] as const)
      await expect(scheduler.apply([change])).rejects.toBeInstanceOf(SchedulerRefused);
    const missing = { kind: 'lock', account: 'chem' } as const;
    expect(await scheduler.apply([missing])).toEqual([
      { change: missing, outcome: 'failed', detail: 'Nothing modified' },
    ]);
  });
});

describe('the description of a simulation', () => {
  it.each([
    ['a key that is not known', { nodez: 3 }],
    ['a history without accounts', { historyDays: 3 }],
    [
      'a history of accounts without users',
      { historyDays: 3, workload: [{ account: 'chem', unitsPerDay: 1 }] },
    ],
    ['a beginning that is never caught up with', { behindSeconds: 60 }],
    ['a beginning further back than an agent reads', { behindSeconds: 7_201, speed: 9 }],
    ['a zone that is none', { zone: 'Mars/Olympus' }],
    ['weights with which nothing costs', { billing: { cpu: 0 } }],
    ['weights for what the nodes have none of', { billing: { cpu: 0, gpu: 1 } }],
    [
      'an account whose jobs ask for nothing that costs',
      {
        nodes: { gpus: 4 },
        billing: { cpu: 0, gpu: 1 },
        workload: [{ account: 'chem', unitsPerDay: 1, cpus: { median: 4 } }],
      },
    ],
    ['an account that no scheduler carries', { workload: [{ account: 'Chem', unitsPerDay: 1 }] }],
  ])('with %s is refused', (_, given) => {
    expect(simulationConfigSchema.safeParse(given).success).toBe(false);
  });

  it('may be empty', () => {
    expect(simulationConfigSchema.parse({})).toMatchObject({ cluster: 'simulated', workload: 'auto' });
  });
});
