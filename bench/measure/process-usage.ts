import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Figures that Linux keeps of a process, in the units of its files. */
function statusKb(pid: number | 'self', field: 'VmRSS' | 'VmHWM' | 'RssAnon'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kb = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1];
  if (kb === undefined) throw new Error(`process ${pid} tells no ${field}; this needs Linux`);
  return Number(kb);
}

/** Memory that a process holds now, MB. */
export const residentMb = (pid: number | 'self') => statusKb(pid, 'VmRSS') / 1024;

/** What of that is its own, MB; the rest are pages of files, which the system takes back where it needs them. */
export const ownMb = (pid: number | 'self') => statusKb(pid, 'RssAnon') / 1024;

/** The most that it ever held, MB. */
export const peakMb = (pid: number | 'self') => statusKb(pid, 'VmHWM') / 1024;

let ticksPerSecond: number | undefined;

/** Seconds of a processor that a process has used by itself, without its children. */
export function processorSeconds(pid: number): number {
  ticksPerSecond ??= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
  return ticksIn(readFileSync(`/proc/${pid}/stat`, 'utf8')) / ticksPerSecond;
}

/** utime and stime of /proc/PID/stat; the command's name before them may hold anything. */
export function ticksIn(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [user, system] = [Number(fields[11]), Number(fields[12])];
  if (!Number.isInteger(user) || !Number.isInteger(system)) throw new Error('no such line in /proc');
  return user + system;
}

/** Milliseconds of a processor that some work of this process took: neighbours do not show in it. */
export function processorMs<T>(work: () => T): { result: T; ms: number } {
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  return { result, ms: (user + system) / 1000 };
}
