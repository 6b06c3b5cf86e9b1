import { readFileSync } from 'node:fs';
import { link, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { hasCode } from './error-code.ts';

const FILE = 'agent.pid';

/** Start time tells a process from another that was given its number later. */
const holderSchema = z.object({ pid: z.int().min(1), started: z.string() });
type Holder = z.infer<typeof holderSchema>;

/** Another agent runs on the same state folder. */
export class AlreadyRunning extends Error {
  override readonly name = 'AlreadyRunning';
}

/**
 * Takes the folder for this process.
 *
 * @returns gives it back
 * @throws AlreadyRunning where a process that lives has it
 */
export async function lockInstance(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, FILE);
  const own: Holder = { pid: process.pid, started: startOf(process.pid) ?? '' };
  for (let attempt = 0; attempt < 5; attempt += 1) {
    if (await create(path, own)) return () => unlink(path);
    const holder = await readHolder(path);
    if (holder && isAlive(holder))
      throw new AlreadyRunning(`an agent runs on ${folder} already (process ${holder.pid}); end it first`);
    await takeAway(path, holder);
  }
  throw new AlreadyRunning(`${path} is taken and given back by others all the time`);
}

/** The process that runs on a folder, or undefined. */
export async function runningInstance(folder: string): Promise<number | undefined> {
  const holder = await readHolder(join(folder, FILE));
  return holder && isAlive(holder) ? holder.pid : undefined;
}

/** The file appears with its content, so that nobody takes a half-written one for a dead holder's. */
async function create(path: string, holder: Holder): Promise<boolean> {
  const draft = `${path}.${holder.pid}.draft`;
  await writeFile(draft, JSON.stringify(holder), { mode: 0o600 });
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await unlink(draft);
  }
}

/** Moves a dead holder's file away. Where another process was quicker, its file is put back. */
async function takeAway(path: string, dead: Holder | undefined): Promise<void> {
  const aside = `${path}.${process.pid}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    throw error;
  }
  const moved = await readHolder(aside);
  if (moved && (moved.pid !== dead?.pid || moved.started !== dead.started)) await rename(aside, path);
  else await unlink(aside);
}

async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    return holderSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    // A file that was torn by a crash names nobody.
    if (error instanceof SyntaxError || error instanceof z.ZodError) return undefined;
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function isAlive({ pid, started }: Holder): boolean {
  const now = startOf(pid);
  if (now !== undefined) return started === '' || now === started;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
}

/** When a process started, in the kernel's ticks; undefined where none lives under this number, or there is no /proc. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field, the name, may hold spaces and brackets. The first after it is the state: Z has ended.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? 'ended' : fields[19];
  } catch {
    return undefined;
  }
}
