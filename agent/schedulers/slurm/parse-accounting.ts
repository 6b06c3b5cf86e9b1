import { usageRecordSchema, type UsageRecord } from '@keystone/shared/contracts/usage.ts';
import { durationSeconds, excerpt, linesOf, wholeNumber } from './parse-values.ts';
import { accountingColumns, SEPARATOR } from './read-arguments.ts';
import { timesOfRow } from './row-times.ts';

export interface AccountingRows {
  readonly runs: UsageRecord[];
  readonly unreadable: string[];
}

const MAX_LIST = 1024;
/** The name of an array's waiting tasks lists them; the raw id is what tells runs apart. */
const MAX_JOB_ID = 64;

/** States that end a run. With a suffix such as `CANCELLED by 0`. */
const terminal =
  /^(COMPLETED|FAILED|CANCELLED|TIMEOUT|NODE_FAIL|OUT_OF_MEMORY|DEADLINE|BOOT_FAIL|PREEMPTED|REQUEUED|RESIZING|REVOKED)\b/;

const live = /^(RUNNING|PENDING|SUSPENDED)\b/;

/** A row that is not whole after this is taken as it is: its controller was killed before it had told of the start. */
const WHOLE_AFTER_SECONDS = 120;

/**
 * Finished runs from sacct. A row counts only when its state is terminal and its end is a number: just after slurmdbd was
 * away a finished run reads COMPLETED with an unknown end. A short run's end may be recorded before its start is: for a
 * second or two its row lacks partition, time limit and more, and is left for the next read.
 *
 * @param now Unix seconds, or the end of the span that is read where that lies before
 */
export function parseAccounting(output: string, cluster: string, now: number): AccountingRows {
  const runs: UsageRecord[] = [];
  const unreadable: string[] = [];
  for (const line of linesOf(output)) {
    const run = parseRun(line, cluster);
    if (run === 'unreadable') unreadable.push(excerpt(line.replaceAll(SEPARATOR, '|')));
    else if (run !== 'running' && (run.partition !== '' || run.end < now - WHOLE_AFTER_SECONDS))
      runs.push(run);
  }
  return { runs, unreadable };
}

function parseRun(line: string, cluster: string): UsageRecord | 'running' | 'unreadable' {
  const values = line.split(SEPARATOR);
  if (values.length !== accountingColumns.length || values[0] !== cluster) return 'unreadable';
  const field = (column: (typeof accountingColumns)[number]): string =>
    values[accountingColumns.indexOf(column)] ?? '';
  const state = terminal.exec(field('State'))?.[1];
  const end = wholeNumber(field('End'));
  if (end === undefined || live.test(field('State'))) return 'running';
  if (state === undefined) return 'unreadable';
  const timeLimit = wholeNumber(field('TimelimitRaw'));
  const record = usageRecordSchema.safeParse({
    jobIdRaw: wholeNumber(field('JobIDRaw')),
    jobId: field('JobID').slice(0, MAX_JOB_ID),
    submit: wholeNumber(field('Submit')),
    eligible: wholeNumber(field('Eligible')) ?? null,
    start: wholeNumber(field('Start')) ?? null,
    end,
    elapsed: wholeNumber(field('ElapsedRaw')),
    suspended: durationSeconds(field('Suspended')),
    timeLimit: timeLimit === undefined ? null : timeLimit * 60,
    state,
    exitCode: field('ExitCode'),
    user: field('User'),
    account: field('Account'),
    partition: field('Partition'),
    qos: field('QOS'),
    allocTres: wholeEntries(field('AllocTRES')),
    nodes: wholeNumber(field('NNodes')),
    nodeList: field('NodeList') === 'None assigned' ? '' : wholeEntries(field('NodeList')),
    totalCpu: field('TotalCPU'),
  });
  if (!record.success) return 'unreadable';
  const times = timesOfRow(record.data, state === 'RESIZING');
  return times === 'unknown' ? 'unreadable' : { ...record.data, ...times };
}

/** A list cut after its last whole entry that fits; billing is the first of a run's resources. */
function wholeEntries(list: string): string {
  if (list.length <= MAX_LIST) return list;
  return list.slice(0, list.lastIndexOf(',', MAX_LIST));
}
