import { setTimeout as wait } from 'node:timers/promises';
import { readQuarantine } from '@keystone/shared/store/ledger/quarantine.ts';
import { redriveQuarantine } from '@keystone/shared/store/ledger/redrive-quarantine.ts';
import { randomUUID } from 'node:crypto';
import { readCommandLine } from './command-line.ts';
import { CommandError, exitCodes, printJson, printLine, runCommand } from './output.ts';
import { readTables, tableOptions, TABLES_HELP } from './read-tables.ts';

const help = `npm run quarantine -- list|redrive --cluster N [OPTION …]: what the ledger kept aside because it could not be charged.

  list                    each as a JSON line: why, when, from which segment, and what came
  redrive                 charges what reads now, and forgets it; the rest stays. Safe to run twice
  --cluster N             id of the cluster; 0: from senders that are not known

${TABLES_HELP}

Ends with 0 where nothing is left aside, 1 where something is, 2 where it could not be done.`;

const options = {
  ...tableOptions,
  cluster: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

async function quarantineCommand(): Promise<number> {
  const { values, words } = readCommandLine(options, help, 1);
  const [verb] = words;
  if (values.help) {
    printLine(help);
    return exitCodes.holds;
  }
  if ((verb !== 'list' && verb !== 'redrive') || !/^\d+$/.test(values.cluster ?? ''))
    throw new CommandError(help);
  const deployment = await readTables(values);
  try {
    const { ledger, zone } = deployment;
    const cluster = Number(values.cluster);
    if (verb === 'list') {
      const entries = await readQuarantine(ledger, cluster);
      for (const entry of entries) printJson(entry);
      return entries.length > 0 ? exitCodes.differences : exitCodes.holds;
    }
    if (zone === undefined) throw new CommandError('name the deployment’s time zone with --zone');
    const redriven = await redriveQuarantine({ ledger, sources, zone }, cluster);
    for (const { entry, ...outcome } of redriven) printJson({ ...entry, raw: undefined, ...outcome });
    return redriven.some((each) => 'stays' in each) ? exitCodes.differences : exitCodes.holds;
  } finally {
    deployment.ledger.client.destroy();
  }
}

const sources = {
  now: () => new Date(),
  ulid: () => randomUUID(),
  random: Math.random,
  pause: async (milliseconds: number) => void (await wait(milliseconds)),
};

await runCommand('quarantine', quarantineCommand);
