import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

const FOLDERS = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];
export const PROGRAM_PATH = FOLDERS.join(':');

/** Absolute path of a program of the real parts. */
export function programPath(name: string): string {
  for (const folder of FOLDERS) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      continue;
    }
  }
  throw new Error(`${name} is not installed: run "npm run slurm -- install"`);
}

export interface ProgramResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProgramOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly uid?: number;
  readonly gid?: number;
  readonly timeoutMs?: number;
}

/** Runs a program to its end. A failure is an answer; only a program that can't be run, or hangs, rejects. */
export function runProgram(
  name: string,
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<ProgramResult> {
  const { env = {}, timeoutMs = 60_000, ...identity } = options;
  return new Promise((resolve, reject) => {
    const child = execFile(
      programPath(name),
      args,
      {
        ...identity,
        cwd: '/',
        env: { PATH: PROGRAM_PATH, LC_ALL: 'C', ...env },
        timeout: timeoutMs,
        maxBuffer: 64 << 20,
      },
      (error, stdout, stderr) => {
        if (error === null) return resolve({ code: 0, stdout, stderr });
        if (typeof error.code === 'number') return resolve({ code: error.code, stdout, stderr });
        reject(
          new Error(`${name} ${args.join(' ')} did not run to its end: ${error.message}`, { cause: error }),
        );
      },
    );
    child.stdin?.end();
  });
}

/** Runs a program that must succeed, and gives what it printed. */
export async function runOrThrow(
  name: string,
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<string> {
  const { code, stdout, stderr } = await runProgram(name, args, options);
  if (code !== 0)
    throw new Error(`${name} ${args.join(' ')} failed (exit ${code}): ${stderr.trim() || stdout.trim()}`);
  return stdout;
}
