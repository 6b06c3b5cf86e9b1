import { SchedulerRefused, SchedulerUnavailable } from '../scheduler-errors.ts';
import type { CommandResult, CommandRunner, SlurmProgram } from './command-runner.ts';

/** What Slurm's programs say where slurmctld, slurmdbd, its database or munge is away (recorded from outages of each). */
const away = [
  'Unable to contact slurm controller',
  'Unable to connect to database',
  'Connection refused',
  'Connection timed out',
  'Connection reset',
  'No route to host',
  'Problem talking to the database',
  'persistent connection',
  'Sending PersistInit msg',
  'authentication error',
  'Munge ',
  'Socket timed out',
  'Zero Bytes were transmitted',
  'Slurm backup controller in standby mode',
  'error: slurm_receive',
];

/** One line of what a program said, for people. */
export function saidBy({ stdout, stderr }: CommandResult): string {
  const said = stderr.trim() === '' ? stdout : stderr;
  return said.replace(/\s+/g, ' ').trim().slice(0, 300);
}

/** @throws SchedulerUnavailable where the answer is that a part of Slurm is away */
export function requireAnswer(program: SlurmProgram, result: CommandResult): CommandResult {
  if (result.code !== 0 && away.some((sign) => result.stderr.includes(sign))) {
    throw new SchedulerUnavailable(`${program}: ${saidBy(result)}`);
  }
  return result;
}

/**
 * Runs a program that only reads.
 *
 * @throws SchedulerUnavailable where a part of Slurm is away
 * @throws SchedulerRefused where it failed otherwise
 */
export async function read(
  runner: Pick<CommandRunner, 'run'>,
  program: SlurmProgram,
  args: readonly string[],
): Promise<string> {
  const result = await runner.run(program, args);
  requireSuccess(program, args, result);
  return result.stdout;
}

/**
 * The same, with the output in pieces as it comes: what was given before it fails is true all the same.
 *
 * @throws what `read` throws, when it ends
 */
export async function* readInPieces(
  runner: Pick<CommandRunner, 'stream'>,
  program: SlurmProgram,
  args: readonly string[],
): AsyncGenerator<string> {
  requireSuccess(program, args, yield* runner.stream(program, args));
}

function requireSuccess(program: SlurmProgram, args: readonly string[], result: CommandResult): void {
  requireAnswer(program, result);
  if (result.code !== 0)
    throw new SchedulerRefused(`${program} ${args[0] ?? ''} failed (exit ${result.code}): ${saidBy(result)}`);
}
