import { setTimeout as wait } from 'node:timers/promises';
import { daySchema } from '@keystone/shared/contracts/primitives.ts';
import type { SchedulerRowsHead, SchedulerRowsLine } from '@keystone/shared/contracts/scheduler-rows.ts';
import { costOf } from '@keystone/shared/store/ledger/checks/verify-slice.ts';
import { meterReads } from '@keystone/shared/store/ledger/checks/metered-reads.ts';
import {
  reconcileRows,
  RowsError,
  type Reconciled,
  type RunFinding,
} from '@keystone/shared/store/ledger/reconcile/reconcile-rows.ts';
import { positiveNumber, readCommandLine } from './command-line.ts';
import { CommandError, exitCodes, figuresText, printJson, printLine, runCommand } from './output.ts';
import { rowsOfAgent, rowsOfFile } from './read-rows.ts';
import { readTables, tableOptions, TABLES_HELP } from './read-tables.ts';

const help = `npm run ledger:reconcile -- --cluster C --from DAY --to DAY (--agent-state-dir DIR | --rows FILE) [OPTION …]: the
ledger against the scheduler's own rows, run by run. A run belongs to the day, in the deployment's zone, on which it ended.

  --cluster C             id or name of the cluster
  --from DAY --to DAY     first and last day, YYYY-MM-DD
  --agent-state-dir DIR   asks the scheduler through the agent that is enrolled here
  --rows FILE             what "keystone-agent rows --from DAY --to DAY" printed on the cluster (- for standard input)
  --grace SECONDS         leaves out what ended so shortly before the rows were read (120)
  --max-units N           read units in a second (200)
  --text                  for people; else JSON lines, the last one the summary

${TABLES_HELP}

Ends with 0 where all is equal, 1 where something differs, 2 where it could not be compared.`;

const options = {
  ...tableOptions,
  cluster: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  'agent-state-dir': { type: 'string' },
  rows: { type: 'string' },
  grace: { type: 'string', default: '120' },
  'max-units': { type: 'string', default: '200' },
  text: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

const readValues = () => readCommandLine(options, help).values;
type Values = ReturnType<typeof readValues>;

interface Wanted {
  cluster: string;
  from: string;
  to: string;
}

function wantedOf({ cluster, from, to }: Values): Wanted {
  if (cluster === undefined) throw new CommandError(`--cluster is missing\n${help}`);
  const [first, last] = [daySchema.safeParse(from), daySchema.safeParse(to ?? from)];
  if (!first.success || !last.success) throw new CommandError('--from and --to want days, YYYY-MM-DD');
  if (last.data < first.data) throw new CommandError(`--to ${last.data} lies before --from ${first.data}`);
  return { cluster, from: first.data, to: last.data };
}

async function reconcile(): Promise<number> {
  const values = readValues();
  if (values.help) {
    printLine(help);
    return exitCodes.holds;
  }
  const wanted = wantedOf(values);
  const graceSeconds = Number(values.grace);
  if (!(graceSeconds >= 0)) throw new CommandError('--grace wants a number of seconds');
  const mostUnits = positiveNumber('--max-units', values['max-units']);
  const deployment = await readTables(values);
  const pause = async (milliseconds: number) => void (await wait(milliseconds));
  const meter = meterReads(deployment.ledger.client, { mostUnits, now: () => new Date(), pause });
  const report = values.text ? printFinding : printJson;
  try {
    const lines = checked(rowsOf(values, wanted), wanted, deployment.zone);
    const result = await reconcileRows({ ...deployment, graceSeconds, pause, report }, lines);
    const summary = summaryOf(result, meter.units);
    if (values.text) printSummary(summary);
    else printJson(summary);
    return result.differences > 0 ? exitCodes.differences : exitCodes.holds;
  } catch (error) {
    throw error instanceof RowsError ? new CommandError(error.message, { cause: error }) : error;
  } finally {
    deployment.ledger.client.destroy();
  }
}

function rowsOf(values: Values, wanted: Wanted): AsyncIterable<SchedulerRowsLine> {
  const [folder, file] = [values['agent-state-dir'], values.rows];
  if ((folder === undefined) === (file === undefined))
    throw new CommandError(
      'name either --agent-state-dir or --rows: where the rows of the scheduler come from',
    );
  return folder === undefined ? rowsOfFile(file ?? '-') : rowsOfAgent(folder, wanted);
}

/** Lines as they come, once the first said that they are of the cluster and the days that were asked for. */
async function* checked(
  lines: AsyncIterable<SchedulerRowsLine>,
  wanted: Wanted,
  zone: string | undefined,
): AsyncGenerator<SchedulerRowsLine> {
  for await (const line of lines) {
    if (line.line === 'rows') checkHead(line, wanted, zone);
    yield line;
  }
}

function checkHead(head: SchedulerRowsHead, { cluster, from, to }: Wanted, zone: string | undefined): void {
  const { id, name } = head.cluster;
  if (cluster !== String(id) && cluster !== name)
    throw new CommandError(`the rows are of cluster ${id} (${name}), not of ${cluster}`);
  if (head.from !== from || head.to !== to)
    throw new CommandError(`the rows are of ${head.from} to ${head.to}, not of ${from} to ${to}`);
  if (zone !== undefined && zone !== head.zone)
    throw new CommandError(`the agent counts days in ${head.zone}, the deployment in ${zone}; enrol it anew`);
}

function summaryOf({ head, ...counts }: Reconciled, units: number) {
  const { cluster, from, to, zone, at } = head;
  return {
    type: 'summary',
    equal: counts.differences === 0,
    cluster,
    from,
    to,
    zone,
    at,
    ...counts,
    units,
    dollars: costOf(units),
  } as const;
}

function printFinding({ type, kind, day, run, expected, found }: RunFinding): void {
  const name = run ? `job ${run.jobIdRaw} submitted ${run.submit}` : 'a row';
  printLine(
    `${type.padEnd(11)}${kind.padEnd(18)}${day} ${name}: ledger ${figuresText(found)}; scheduler ${figuresText(expected)}`,
  );
}

function printSummary(summary: ReturnType<typeof summaryOf>): void {
  printLine(
    `${summary.equal ? 'Equal' : 'Not equal'}: ${summary.rows} runs of ${summary.cluster.name} from ${summary.from} to ${summary.to}, ` +
      `${summary.seconds} billing-seconds; ${summary.differences} differences, ${summary.moving} in motion, ` +
      `${summary.notes} notes, ${summary.tooRecent} too recent to tell.`,
  );
}

await runCommand('ledger:reconcile', reconcile);
