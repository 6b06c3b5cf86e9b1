import { EnrolmentError } from '../enrolment/request-enrolment.ts';
import { reasonOf } from '../log/log.ts';
import {
  SchedulerAnswerUnreadable,
  SchedulerRefused,
  SchedulerUnavailable,
} from '../schedulers/scheduler-errors.ts';
import { SpoolOfAnotherVersion } from '../spool/spool-errors.ts';
import { AlreadyRunning } from '../state/instance-lock.ts';
import { StateFolderError } from '../state/state-folder.ts';
import { UsageError, type Command } from './command-line.ts';

/** Each is loaded when it is wanted: the one that runs for months holds nothing of the others. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  run: async () => (await import('./run.ts')).run,
  enrol: async () => (await import('./enrol.ts')).enrol,
  plan: async () => (await import('./plan.ts')).plan,
  rows: async () => (await import('./rows.ts')).rows,
  status: async () => (await import('./status.ts')).status,
  doctor: async () => (await import('./doctor.ts')).doctor,
};

/** Errors whose message is all that a person needs. */
const expected = [
  EnrolmentError,
  StateFolderError,
  AlreadyRunning,
  SpoolOfAnotherVersion,
  SchedulerUnavailable,
  SchedulerRefused,
  SchedulerAnswerUnreadable,
];

const output = {
  out: (line: string) => void process.stdout.write(`${line}\n`),
  error: (line: string) => void process.stderr.write(line.endsWith('\n') ? line : `${line}\n`),
};

/** @returns the exit code: 0, 1 where it failed, 2 where it was called wrongly */
export async function main([name, ...args]: string[], env: NodeJS.ProcessEnv): Promise<number> {
  const load = name === undefined ? undefined : commands[name];
  if (!load) return usage(name);
  const command = await load();
  if (args.includes('--help')) {
    output.out(command.help);
    return 0;
  }
  try {
    return await command.run(args, output, env);
  } catch (error) {
    if (error instanceof UsageError) {
      output.error(`keystone-agent: ${error.message} (keystone-agent ${name} --help)`);
      return 2;
    }
    output.error(`keystone-agent: ${messageOf(error)}`);
    return 1;
  }
}

function messageOf(error: unknown): string {
  const plain = expected.some((kind) => error instanceof kind);
  return plain && error instanceof Error ? error.message : reasonOf(error);
}

async function usage(name: string | undefined): Promise<number> {
  const known = name === '--help' || name === 'help';
  const print = known ? output.out : output.error;
  if (name !== undefined && !known) print(`keystone-agent: there is no command ${name}`);
  print('keystone-agent COMMAND [options]; COMMAND --help says more\n');
  for (const [command, load] of Object.entries(commands))
    print(`  ${command.padEnd(8)}${(await load()).summary}`);
  return known ? 0 : 2;
}
