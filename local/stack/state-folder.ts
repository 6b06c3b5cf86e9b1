import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The state can't be used; the message is one line that says what to do. */
export class StateFolderError extends Error {
  override name = 'StateFolderError';
}

/** What other commands keep in the same folder (a Slurm to try things on, built sites). */
const SHARED = new Set(['slurm', 'site', 'synth', 'agent', 'lab', 'screenshots']);

/** Grows when an older folder can't be read any more. */
const VERSION = '2';

export interface StateFolder {
  path: string;
  /** A folder or file in it. */
  in(name: string): string;
  /** Gives the folder free for another stack. */
  release(): void;
}

/**
 * Opens the folder that holds the local stack's state, for one stack at a time.
 *
 * @param reset begins anew: deletes what an earlier stack left there
 * @throws StateFolderError where another stack uses it, or it is no state folder
 */
export function openStateFolder(path: string, reset: boolean): StateFolder {
  const mark = join(path, 'version');
  const lock = join(path, 'lock');
  const holder = existsSync(lock) ? Number(readFileSync(lock, 'utf8')) : undefined;
  if (holder !== undefined && holder !== process.pid && isRunning(holder))
    throw new StateFolderError(
      `${path} is in use by process ${holder}; stop that stack first, or choose another folder with --state DIR`,
    );
  if (existsSync(path) && !existsSync(mark) && readdirSync(path).some((name) => !SHARED.has(name)))
    throw new StateFolderError(
      `${path} exists and is no state folder of the local stack; choose another one with --state DIR`,
    );
  if (reset)
    for (const name of existsSync(path) ? readdirSync(path) : [])
      if (!SHARED.has(name)) rmSync(join(path, name), { recursive: true, force: true });
  if (existsSync(mark) && readFileSync(mark, 'utf8').trim() !== VERSION)
    throw new StateFolderError(
      `${path} was written by another version; start anew with: npm start -- --reset`,
    );
  mkdirSync(join(path, 'logs'), { recursive: true });
  // Other users pass through to the Slurm beside; what is the stack's own is closed to them by its umask.
  chmodSync(path, 0o711);
  writeFileSync(mark, `${VERSION}\n`);
  writeFileSync(lock, String(process.pid));
  return { path, in: (name) => join(path, name), release: () => rmSync(lock, { force: true }) };
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
