import { spawn, type SpawnOptionsWithStdioTuple } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { SchedulerUnavailable } from '../scheduler-errors.ts';
import { streamCommand } from './streamed-command.ts';

export type SlurmProgram = 'sacctmgr' | 'sacct' | 'scontrol' | 'squeue' | 'getent';

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one program to its end. A failure is an answer; what can't be run or hangs is thrown as SchedulerUnavailable. */
export interface CommandRunner {
  run(program: SlurmProgram, args: readonly string[]): Promise<CommandResult>;
  /** The same, with the output in pieces as it comes, for what may be long. */
  stream(program: SlurmProgram, args: readonly string[]): AsyncGenerator<string, CommandResult>;
}

/** A program printed more than is believed; asking for less may help. */
export class CommandOutputTooLarge extends Error {
  override readonly name = 'CommandOutputTooLarge';
}

/** A program did not end in time: what it asks is away, or slow; asking for less may help. */
export class CommandTimedOut extends SchedulerUnavailable {
  constructor(program: string, timeoutMs: number) {
    super(`${program} did not end within ${timeoutMs / 1000} s`);
  }
}

export interface SpawnOptions {
  /** Path of slurm.conf, or null for the place that Slurm's programs know. */
  readonly conf: string | null;
  readonly path: string;
  readonly timeoutMs?: number;
  /** The same for what asks the machine for its people: each pass waits for it. */
  readonly peopleMs?: number;
  readonly maxBytes?: number;
  readonly usualFolders?: readonly string[];
}

/** Where the programs are looked for beside PATH: sites build Slurm themselves. */
const USUAL_FOLDERS = ['/usr/local/bin', '/usr/bin', '/bin', '/opt/slurm/bin', '/usr/local/slurm/bin'];

/**
 * The real runner. Each program's absolute path is found once; it runs without a shell, with its input closed (sacctmgr
 * asks for ever where it may ask), with a time and an output limit, and with nothing of our environment.
 */
export function spawnRunner({
  conf,
  path,
  timeoutMs = 120_000,
  peopleMs = 30_000,
  maxBytes = 64 * 2 ** 20,
  usualFolders = USUAL_FOLDERS,
}: SpawnOptions): CommandRunner {
  const folders = [...path.split(':').filter((folder) => folder.startsWith('/')), ...usualFolders];
  const env = {
    PATH: folders.join(':'),
    LC_ALL: 'C',
    TZ: 'UTC',
    SLURM_TIME_FORMAT: '%s',
    ...(conf === null ? {} : { SLURM_CONF: conf }),
  };
  const found = new Map<SlurmProgram, string>();
  const locate = (program: SlurmProgram): string => {
    const known = found.get(program) ?? firstExecutable(program, folders);
    found.set(program, known);
    return known;
  };
  const limits = { env, timeoutMs, maxBytes };
  const limitsOf = (program: SlurmProgram): RunLimits =>
    program === 'getent' ? { ...limits, timeoutMs: peopleMs } : limits;
  return {
    run: async (program, args) => runToEnd(locate(program), args, limitsOf(program)),
    async *stream(program, args) {
      return yield* streamCommand(locate(program), args, limitsOf(program));
    },
  };
}

function firstExecutable(program: string, folders: readonly string[]): string {
  const path = folders.map((folder) => join(folder, program)).find(isExecutable);
  if (path === undefined)
    throw new SchedulerUnavailable(`${program} is not on this machine (looked in ${folders.join(', ')})`);
  return path;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export interface RunLimits {
  readonly env: Record<string, string>;
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

/** Without a shell, with its input closed, and with nothing of our environment. */
export const spawnOptionsOf = ({ env }: RunLimits) =>
  ({ env, cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] }) satisfies SpawnOptionsWithStdioTuple<
    'ignore',
    'pipe',
    'pipe'
  >;

function runToEnd(program: string, args: readonly string[], limits: RunLimits): Promise<CommandResult> {
  const { timeoutMs, maxBytes } = limits;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, spawnOptionsOf(limits));
    const output: { stdout: Buffer[]; stderr: Buffer[] } = { stdout: [], stderr: [] };
    let bytes = 0;
    const end = (error: Error) => {
      child.kill('SIGKILL');
      reject(error);
    };
    const timer = setTimeout(() => end(new CommandTimedOut(program, timeoutMs)), timeoutMs);
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > maxBytes)
          return end(new CommandOutputTooLarge(`${program} printed more than ${maxBytes} bytes`));
        output[stream].push(chunk);
      });
    }
    child.once('error', (cause) => end(new SchedulerUnavailable(`${program} could not be run`, { cause })));
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      if (code === null)
        return reject(new SchedulerUnavailable(`${program} was ended by ${signal ?? 'a signal'}`));
      resolve({ code, stdout: textOf(output.stdout), stderr: textOf(output.stderr) });
    });
  });
}

const textOf = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString('utf8');
