import { readdirSync, readFileSync } from 'node:fs';
import { programOf, runningPid } from './daemon-process.ts';
import { processesOf, slurmEnv } from './lab-daemons.ts';
import type { LabOptions } from './lab-options.ts';
import { runProgram } from './lab-programs.ts';
import { waitUntil } from './wait-until.ts';

/** Slurm gives a job that is cancelled 5 s (KillWait) before it kills it. */
const CANCEL_TIMEOUT = 10_000;

/**
 * Ends the jobs that run. They are not children of the daemons, so without it they would outlive the lab; jobs that wait
 * stay in its state.
 */
export async function endRunningJobs(options: LabOptions): Promise<void> {
  if (stepProcesses(options).length === 0) return;
  const env = slurmEnv(options);
  const controlled = (['slurmctld', 'slurmd'] as const).every((name) =>
    processesOf(options, name).every((daemon) => runningPid(daemon) !== undefined),
  );
  if (controlled) {
    const { stdout } = await runProgram('squeue', ['-h', '--states=R,S,CF,ST', '-o', '%A'], { env });
    const ids = stdout.split('\n').filter((id) => id !== '');
    if (ids.length > 0) await runProgram('scancel', ids, { env });
    const ended = () => stepProcesses(options).length === 0;
    await waitUntil(ended, CANCEL_TIMEOUT, 'jobs to end').catch(() => undefined);
  }
  for (const pid of stepProcesses(options)) killTree(pid);
}

/** The processes that watch over this lab's jobs, one a job step. They carry the lab's slurm.conf in their environment. */
function stepProcesses(options: LabOptions): number[] {
  const mark = `SLURM_CONF=${slurmEnv(options).SLURM_CONF}`;
  return processIds().filter((pid) => programOf(pid) === 'slurmstepd' && environmentOf(pid).includes(mark));
}

function killTree(pid: number): void {
  const children = processIds().filter((candidate) => parentOf(candidate) === pid);
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
  children.forEach(killTree);
}

const processIds = (): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

const environmentOf = (pid: number): string[] => processFile(pid, 'environ').split('\0');

/** The fourth field of stat; the second is the program's name in parentheses, and may hold anything. */
function parentOf(pid: number): number {
  const stat = processFile(pid, 'stat');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

function processFile(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}
