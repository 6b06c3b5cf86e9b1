import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import type { Finding } from '@keystone/shared/store/ledger/checks/finding.ts';
import { meterReads } from '@keystone/shared/store/ledger/checks/metered-reads.ts';
import { newPass, passStateSchema, type PassState } from '@keystone/shared/store/ledger/checks/pass-state.ts';
import { costOf, verifySlice } from '@keystone/shared/store/ledger/checks/verify-slice.ts';
import { positiveNumber, readCommandLine } from './command-line.ts';
import {
  CommandError,
  exitCodes,
  figuresText,
  printJson,
  printLine,
  runCommand,
  sayProgress,
} from './output.ts';
import { readTables, tableOptions, TABLES_HELP } from './read-tables.ts';

const help = `npm run ledger:verify [-- OPTION …]: charges + adjustments = balances = rollups, no run charged twice, nothing
acknowledged missing. Safe while the ledger is written: what moves is looked at again, and never called a fault.

  --max-units N           read units in a second (200 on AWS, which asks $0.125 a million; no bound on the local stack)
  --max-seconds N         stop after so long; with --resume the next call goes on
  --resume FILE           keeps where the pass stands, and goes on from there; taken away when the pass is done
  --text                  for people; else JSON lines, the last one the summary

${TABLES_HELP}

Ends with 0 where all holds, 1 where something differs, 2 where it could not be checked (or not to the end).`;

const options = {
  ...tableOptions,
  'max-units': { type: 'string' },
  'max-seconds': { type: 'string' },
  resume: { type: 'string' },
  text: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

const PROGRESS_MS = 5_000;
/** What a check may take from those who work, where nobody says otherwise. */
const AWS_UNITS = 200;

async function verify(): Promise<number> {
  const { values } = readCommandLine(options, help);
  if (values.help) {
    printLine(help);
    return exitCodes.holds;
  }
  const bound = values.table === undefined ? Infinity : AWS_UNITS;
  const mostUnits =
    values['max-units'] === undefined ? bound : positiveNumber('--max-units', values['max-units']);
  const until =
    values['max-seconds'] === undefined
      ? Infinity
      : Date.now() + 1000 * positiveNumber('--max-seconds', values['max-seconds']);
  const deployment = await readTables(values);
  const pause = async (milliseconds: number) => void (await wait(milliseconds));
  const now = () => new Date();
  const meter = meterReads(deployment.ledger.client, { mostUnits, now, pause });
  const state = takeUp(values.resume) ?? newPass(now(), deployment.zone ?? 'UTC');
  const report = values.text ? printFinding : printJson;
  let told = Date.now();
  const done = await verifySlice({ ...deployment, now, pause, report }, meter, state, {
    isOver: () => Date.now() >= until,
    afterStep: (after) => {
      if (Date.now() - told < PROGRESS_MS) return;
      told = Date.now();
      keep(values.resume, after);
      sayProgress(progressOf(after));
    },
  });
  deployment.ledger.client.destroy();
  if (!done) keep(values.resume, state);
  else if (values.resume !== undefined) rmSync(values.resume, { force: true });
  const summary = summaryOf(state, done, deployment.zone);
  if (values.text) printSummary(summary);
  else printJson(summary);
  if (state.counts.differences > 0) return exitCodes.differences;
  return done ? exitCodes.holds : exitCodes.couldNotCheck;
}

function takeUp(file: string | undefined): PassState | undefined {
  if (file === undefined || !existsSync(file)) return undefined;
  const state = passStateSchema.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data;
  if (!state) throw new CommandError(`${file} holds no pass of this version; take it away to begin anew`);
  return state;
}

/** Whole or not at all. */
function keep(file: string | undefined, state: PassState): void {
  if (file === undefined) return;
  writeFileSync(`${file}.new`, JSON.stringify(state), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

const progressOf = ({ phase, counts }: PassState) =>
  `${phase}: ${counts.charges} charges, ${counts.accounts} accounts, ${Math.round(counts.units)} read units, ${counts.differences} differences`;

function summaryOf(state: PassState, complete: boolean, zone: string | undefined) {
  const { counts, started, phase } = state;
  return {
    type: 'summary',
    holds: complete && counts.differences === 0,
    complete,
    phase,
    started,
    zone: zone ?? null,
    ...counts,
    units: Math.round(counts.units * 10) / 10,
    dollars: costOf(counts.units),
  } as const;
}

function printFinding({ type, kind, name, expected, found }: Finding): void {
  printLine(
    `${type.padEnd(11)}${kind.padEnd(13)}${name}: ${figuresText(found)}; should be ${figuresText(expected)}`,
  );
}

function printSummary(summary: ReturnType<typeof summaryOf>): void {
  const verdict = summary.holds
    ? 'The ledger holds.'
    : summary.complete
      ? 'The ledger differs.'
      : 'Not done.';
  printLine(
    `${verdict} ${summary.charges} charges with ${summary.revisions} revisions, ${summary.accounts} accounts, ` +
      `${summary.differences} differences, ${summary.moving} in motion, ${summary.notes} notes; ` +
      `${summary.units} read units ($${summary.dollars.toFixed(6)}).`,
  );
}

await runCommand('ledger:verify', verify);
