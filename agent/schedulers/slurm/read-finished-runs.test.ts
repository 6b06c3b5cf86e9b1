import { describe, expect, it } from '@jest/globals';
import type { FinishedRuns } from '../scheduler.ts';
import { CommandOutputTooLarge, type CommandResult, type CommandRunner } from './command-runner.ts';
import { accountingColumns, SEPARATOR } from './read-arguments.ts';
import { readFinishedRuns } from './read-finished-runs.ts';

const DAY = 86_400;

const values: Readonly<Partial<Record<(typeof accountingColumns)[number], string>>> = {
  Cluster: 'hpc',
  Submit: '1',
  Eligible: '1',
  Start: '2',
  ElapsedRaw: '1',
  Suspended: '00:00:00',
  TimelimitRaw: '5',
  State: 'COMPLETED',
  ExitCode: '0:0',
  User: 'alice',
  Account: 'chem',
  Partition: 'batch',
  QOS: 'normal',
  AllocTRES: 'billing=1',
  NNodes: '1',
  NodeList: 'n1',
  TotalCPU: '00:00:01',
};
const template = accountingColumns
  .map((column) => ({ ...values, JobIDRaw: '#', JobID: '#', End: '@' })[column] ?? '')
  .join(SEPARATOR);
const row = (id: number) => `${template.replaceAll('#', String(id)).replace('@', String(DAY + id))}\n`;
const rows = (count: number) => Array.from({ length: count }, (_, at) => row(at + 1)).join('');

/** An answer in pieces, and an error after them, or none. */
type Answer = { text: string; error?: Error };

class LongAnswers implements CommandRunner {
  readonly asked: string[] = [];
  readonly #answers: Answer[];

  constructor(answers: Answer[]) {
    this.#answers = answers;
  }

  run(): Promise<CommandResult> {
    throw new Error('an answer that may be long is not read whole');
  }

  async *stream(_program: string, args: readonly string[]): AsyncGenerator<string, CommandResult> {
    this.asked.push(args.filter((arg) => /time=/.test(arg)).join(' '));
    const { text, error } = this.#answers.shift() ?? { text: '' };
    for (let from = 0; from < text.length; from += 65_536) yield text.slice(from, from + 65_536);
    if (error) throw error;
    return { code: 0, stdout: '', stderr: '' };
  }
}

const read = async (answers: Answer[], to = 2 * DAY) => {
  const runner = new LongAnswers(answers);
  const slices: FinishedRuns[] = [];
  for await (const slice of readFinishedRuns({ runner, cluster: 'hpc' }, { from: DAY, to }))
    slices.push(slice);
  return { asked: runner.asked, slices, ids: slices.flatMap(({ runs }) => runs.map((run) => run.jobIdRaw)) };
};
const numbers = (count: number) => Array.from({ length: count }, (_, at) => at + 1);

describe('a row that is not whole yet', () => {
  const stub = row(100).replace('batch', '');
  const ids = async (now: number) => {
    const runner = new LongAnswers([{ text: stub + row(101) }]);
    const found: number[] = [];
    for await (const { runs } of readFinishedRuns(
      { runner, cluster: 'hpc' },
      { from: DAY, to: 2 * DAY },
      now,
    ))
      found.push(...runs.map((run) => run.jobIdRaw));
    return found;
  };

  it('is left for the next reading, however far beyond the present that one goes', async () => {
    expect(await ids(DAY + 102)).toEqual([101]);
  });
  it('is taken as it is where it never became so', async () => {
    expect(await ids(DAY + 221)).toEqual([100, 101]);
  });
});

describe('finished runs of a long answer', () => {
  it('come in parts, of which the last names the end, and none is lost at a seam', async () => {
    const { slices, ids } = await read([{ text: rows(20_000) }]);
    expect(slices.length).toBeGreaterThan(1);
    expect(Math.max(...slices.map(({ runs }) => runs.length))).toBeLessThan(12_000);
    expect(slices.map(({ from, to }) => [from, to])).toEqual([
      ...slices.slice(1).map(() => [DAY, DAY]),
      [DAY, 2 * DAY],
    ]);
    expect(slices.flatMap(({ unreadable }) => unreadable)).toEqual([]);
    expect(ids).toEqual(numbers(20_000));
  });

  it('are told once, where it turns out to be too long after some of them were told', async () => {
    const tooLong = { text: rows(20_000), error: new CommandOutputTooLarge('too much') };
    const { ids, slices } = await read([tooLong, { text: rows(25_000) }]);
    expect(ids).toEqual(numbers(25_000));
    expect(slices.at(-1)?.to).toBe(2 * DAY);
  });

  it('make the next span shorter', async () => {
    const { asked } = await read([{ text: rows(75_000) }], 3 * DAY);
    expect(asked.slice(0, 2)).toEqual([
      '--starttime=1970-01-02T00:00:00 --endtime=1970-01-03T00:00:00',
      '--starttime=1970-01-03T00:00:00 --endtime=1970-01-03T16:00:00',
    ]);
  });
});
