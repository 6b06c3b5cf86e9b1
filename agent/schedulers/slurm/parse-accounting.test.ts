import { describe, expect, it } from '@jest/globals';
import { billableSeconds } from '@keystone/shared/domain/billing.ts';
import { fixture } from './fixture.ts';
import { parseAccounting } from './parse-accounting.ts';
import { accountingColumns, SEPARATOR } from './read-arguments.ts';

const NOW = 4_000_000_000;
const recorded = () => parseAccounting(fixture('accounting.txt'), 'recorded', NOW);

const whole = {
  Cluster: 'recorded',
  JobIDRaw: '7',
  JobID: '7',
  Submit: '100',
  Eligible: '100',
  Start: '110',
  End: '120',
  ElapsedRaw: '10',
  Suspended: '00:00:00',
  TimelimitRaw: '5',
  State: 'COMPLETED',
  ExitCode: '0:0',
  User: 'alice',
  Account: 'chem',
  Partition: 'batch',
  QOS: 'normal',
  AllocTRES: 'billing=2,cpu=2',
  NNodes: '1',
  NodeList: 'n1',
  TotalCPU: '00:00:01',
};
const row = (changes: Partial<typeof whole> = {}) =>
  accountingColumns.map((column) => ({ ...whole, ...changes })[column]).join(SEPARATOR);
/** A moment as sacct prints it where seconds of suspension belong. */
const asDuration = (seconds: number): string => {
  const two = (figure: number) => String(Math.floor(figure)).padStart(2, '0');
  return `${Math.floor(seconds / 86_400)}-${two((seconds / 3_600) % 24)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}`;
};
const parse = (changes: Partial<typeof whole>, until = 200) =>
  parseAccounting(`${row(changes)}\n`, 'recorded', until);

describe('finished runs', () => {
  it('reads recorded rows of every kind', () => {
    const { runs, unreadable } = recorded();
    expect(unreadable).toEqual([]);
    expect(runs.map(({ state }) => state).toSorted()).toEqual([
      'CANCELLED',
      'COMPLETED',
      'FAILED',
      'REQUEUED',
      'RESIZING',
    ]);
    expect(runs.find(({ state }) => state === 'FAILED')).toMatchObject({
      user: 'alice',
      account: 'chem',
      exitCode: '3:0',
      timeLimit: 540,
      allocTres: 'billing=3,cpu=3,mem=300M,node=1',
    });
    expect(runs.find(({ state }) => state === 'CANCELLED')).toMatchObject({
      elapsed: 0,
      allocTres: '',
      nodeList: '',
    });
  });

  it('reads seconds of suspension, and no time limit as null', () => {
    const times = { Submit: '1796000000', Start: '1796000000', End: '1796086430' };
    expect(parse({ ...times, Suspended: '1-00:00:20', TimelimitRaw: 'UNLIMITED' }).runs).toEqual([
      expect.objectContaining({ elapsed: 10, suspended: 86_420, timeLimit: null }),
    ]);
  });

  it.each([
    // Measured: state, submit, start, end and the moment in the place of the suspension; what is read, and what it ran.
    ['suspended, resized, cancelled', 'RESIZING', 328, 328, 340, 332, { elapsed: 4, suspended: 8 }, 4],
    ['its second row, never resumed', 'CANCELLED by 0', 340, 328, 332, 332, { elapsed: 4, suspended: 0 }, 0],
    ['suspended twice, then resized', 'RESIZING', 377, 377, 400, 386, { elapsed: 9, suspended: 14 }, 9],
    ['its second row, resumed', 'CANCELLED by 0', 400, 377, 408, 404, { elapsed: 27, suspended: 4 }, 4],
    ['resumed and suspended again', 'CANCELLED by 0', 357, 345, 376, 368, { elapsed: 20, suspended: 11 }, 8],
  ])('reads what ran of a job that was resized as it was suspended: %s', (_, ...told) => {
    const [state, submit, start, end, moment, times, ran] = told;
    const at = (second: number) => 1_796_137_000 + second;
    const [run] = parse({
      State: state,
      Submit: String(at(submit)),
      Start: String(at(start)),
      End: String(at(end)),
      ElapsedRaw: '0',
      Suspended: asDuration(at(moment)),
    }).runs;
    expect(run).toMatchObject(times);
    expect(run && billableSeconds(run)).toBe(ran * 2);
  });

  it('tells of a row that may have begun or ended suspended', () => {
    const { runs, unreadable } = parse({
      State: 'RESIZING',
      Submit: '1796137040',
      Start: '1796137000',
      End: '1796137060',
      ElapsedRaw: '0',
      Suspended: asDuration(1_796_137_050),
    });
    expect([runs.length, unreadable.length]).toEqual([0, 1]);
  });

  it('reads a start that never was as null', () => {
    expect(parse({ State: 'CANCELLED by 1000', Start: 'None' }).runs).toEqual([
      expect.objectContaining({ state: 'CANCELLED', start: null }),
    ]);
  });

  it.each([
    ['a running job', { State: 'RUNNING', End: 'Unknown' }],
    ['a finished one whose end is not known yet', { End: 'Unknown' }],
    ['a row that is still being written', { Partition: '', TimelimitRaw: '', Eligible: 'Unknown' }],
  ])('leaves %s for a later read', (_, changes) =>
    expect(parse(changes)).toEqual({ runs: [], unreadable: [] }),
  );

  it('takes a row that never became whole after two minutes', () => {
    expect(parse({ Partition: '', TimelimitRaw: '' }, 120 + 121).runs).toHaveLength(1);
  });

  it.each([
    ['an unknown state', { State: 'EXPLODED' }],
    ['another cluster', { Cluster: 'other' }],
    ['a job id that is no number', { JobIDRaw: 'x' }],
    ['an elapsed time that is no number', { ElapsedRaw: '' }],
    ['an end on no calendar', { End: '9007199254740991' }],
  ])('tells of a row with %s', (_, changes) => {
    const { runs, unreadable } = parse(changes);
    expect([runs.length, unreadable.length]).toEqual([0, 1]);
  });

  it('tells of rows with too few or too many fields and reads the others', () => {
    const { runs, unreadable } = parseAccounting(
      `a${SEPARATOR}b\n${row()}\n${row()}${SEPARATOR}more\n`,
      'recorded',
      200,
    );
    expect([runs.length, unreadable.length]).toEqual([1, 2]);
  });

  it('cuts the long name of an array whose waiting tasks were cancelled', () => {
    const tasks = Array.from({ length: 40 }, (_, index) => 2 * index + 1).join(',');
    const [run] = parse({ JobID: `1234567_[${tasks}]` }).runs;
    expect(run?.jobId).toMatch(/^1234567_\[1,3,5,.{49}$/);
  });

  it('cuts long lists after a whole entry, and keeps the billing figure', () => {
    const allocTres = `billing=2,${Array.from({ length: 200 }, (_, index) => `gres/gpu:kind${index}=1`).join(',')}`;
    const [run] = parse({ AllocTRES: allocTres }).runs;
    expect(run?.allocTres.length).toBeLessThanOrEqual(1_024);
    expect(run?.allocTres).toMatch(/^billing=2,.*=1$/);
  });
});
