import { statSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { flushCompileCache, getCompileCacheDir } from 'node:module';
import { join } from 'node:path';

/** How V8 grows its heap: slowly. There is no upper limit, which a large site could meet. */
export const SMALL_FLAGS = [
  '--optimize-for-size',
  '--max-semi-space-size=2',
  '--disable-warning=ExperimentalWarning',
] as const;

const CACHE = 'code-cache';

export interface SmallProcess {
  /** The program's file; its arguments stay as they are. */
  script: string;
  /** Where compiled code is kept. Since what lies there is run, nobody else may write to it. */
  folder: string;
  /** Loads everything that the program will load, and begins nothing. */
  load: () => Promise<unknown>;
}

/**
 * Has a long-running program take little memory. The process is replaced twice by itself (exec: its number, its signals
 * and its output stay): by one that compiles all code into a cache, and by one that runs from it, in which the compiler of
 * TypeScript, 25 MB, is never loaded.
 *
 * @returns in the last of them; or at once, where the folder is missing or not its own, or Node can't replace a process
 */
export async function becomeSmall({ script, folder, load }: SmallProcess): Promise<void> {
  // Tells a process that took the place of another what it is for.
  const stage = process.env['KEYSTONE_AGENT_START'];
  delete process.env['KEYSTONE_AGENT_START'];
  if (stage === 'ready' || !process.execve || !isOwn(folder)) return;
  const cache = join(folder, CACHE);
  if (stage === 'prepare') {
    await load();
    flushCompileCache();
    await removeFormer(cache);
  }
  const next = stage === 'prepare' ? 'ready' : 'prepare';
  const command = [process.execPath, ...SMALL_FLAGS, script, ...process.argv.slice(2)];
  const env = { ...process.env, NODE_COMPILE_CACHE: cache, KEYSTONE_AGENT_START: next };
  process.execve(process.execPath, command, env);
}

function isOwn(folder: string): boolean {
  const found = statSync(folder, { throwIfNoEntry: false });
  return found?.uid === process.geteuid?.() && found !== undefined && (found.mode & 0o022) === 0;
}

/** What another Node, or this one with other flags, left. */
async function removeFormer(cache: string): Promise<void> {
  const own = getCompileCacheDir();
  if (own === undefined) return;
  for (const name of await readdir(cache))
    if (join(cache, name) !== own) await rm(join(cache, name), { recursive: true, force: true });
}
