import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { waitUntil } from './wait-until.ts';

/** One process of a lab and the file that remembers its id. */
export interface DaemonProcess {
  readonly label: string;
  /** Absolute path. */
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly pidFile: string;
  readonly logFile: string;
}

const STOP_TIMEOUT = 20_000;

/**
 * Starts a daemon in a session of its own, so that it outlives us and no Ctrl-C reaches it.
 *
 * @returns rejects when the process ends before `ready` resolves
 */
export async function startProcess(daemon: DaemonProcess, ready: () => Promise<void>): Promise<void> {
  if (runningPid(daemon) !== undefined) return ready();
  const log = openSync(daemon.logFile, 'a');
  const child = spawn(daemon.program, daemon.args, {
    detached: true,
    stdio: ['ignore', log, log],
    env: { ...daemon.env },
    cwd: '/',
  });
  closeSync(log);
  child.unref();
  const ended = new Promise<never>((_, reject) => {
    child.once('error', (cause) => reject(new Error(`${daemon.label} could not be started`, { cause })));
    child.once('exit', (code, signal) =>
      reject(new Error(`${daemon.label} ended at once (${code ?? signal}): ${lastLines(daemon.logFile)}`)),
    );
  });
  // Its end after it was ready is nobody's rejection.
  ended.catch(() => undefined);
  if (child.pid !== undefined) writeFileSync(daemon.pidFile, String(child.pid));
  await Promise.race([ready(), ended]);
}

/** Ends a daemon and waits until it is gone; one that does not go on SIGTERM is killed. */
export async function stopProcess(
  daemon: DaemonProcess,
  signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM',
): Promise<void> {
  const pid = runningPid(daemon);
  if (pid !== undefined) {
    process.kill(pid, signal);
    const gone = await waitUntil(() => runningPid(daemon) === undefined, STOP_TIMEOUT).then(
      () => true,
      () => false,
    );
    if (!gone) {
      process.kill(pid, 'SIGKILL');
      await delay(300);
    }
  }
  rmSync(daemon.pidFile, { force: true });
}

/**
 * The daemon's process id, if the process of that id is this daemon and not a later one that got its number, nor a
 * zombie that nobody waits for.
 */
export function runningPid(daemon: DaemonProcess): number | undefined {
  if (!existsSync(daemon.pidFile)) return undefined;
  const pid = Number(readFileSync(daemon.pidFile, 'utf8').trim());
  if (!Number.isSafeInteger(pid) || pid <= 1) return undefined;
  return programOf(pid) === plainName(daemon.program) ? pid : undefined;
}

/** The program that a process runs, by its plain name; undefined where it is gone or a zombie. */
export function programOf(pid: number): string | undefined {
  try {
    return plainName(readlinkSync(`/proc/${pid}/exe`));
  } catch {
    return undefined;
  }
}

/** Debian runs slurmctld as slurmctld-wlm; an upgraded program's link ends in " (deleted)". */
const plainName = (path: string): string => basename(path.replace(/ \(deleted\)$/, '')).replace(/-wlm$/, '');

/** Empty where the log went with its lab before the daemon's end was told here. */
const lastLines = (file: string): string =>
  existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n').slice(-5).join('\n') : '';
