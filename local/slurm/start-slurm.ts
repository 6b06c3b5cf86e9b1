import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runningPid } from './daemon-process.ts';
import { writeLabConfiguration } from './lab-configuration.ts';
import {
  daemonNames,
  processesOf,
  slurmEnv,
  startDaemon,
  stopDaemon,
  type DaemonName,
} from './lab-daemons.ts';
import { endRunningJobs } from './lab-jobs.ts';
import { requireReachable } from './lab-folder.ts';
import { resumeNodes } from './lab-nodes.ts';
import { labOptions, labPaths, type LabChoices, type LabOptions } from './lab-options.ts';
import { runProgram, type ProgramResult } from './lab-programs.ts';
import { linuxUser, makeLinuxUsers, requireRoot } from './linux-users.ts';

/** A running Slurm of one's own. */
export interface SlurmLab {
  readonly options: LabOptions;
  /** What a program needs in its environment to speak to this Slurm. */
  readonly env: { readonly SLURM_CONF: string };
  stop(daemon: DaemonName): Promise<void>;
  start(daemon: DaemonName): Promise<void>;
  /** Ends the daemon with SIGKILL, as a crash would. */
  kill(daemon: DaemonName): Promise<void>;
  /** Gives back nodes that Slurm took out of service. @returns their names */
  resumeNodes(): Promise<string[]>;
  /** Runs a Slurm program as root, or as one of the lab's users. */
  run(program: string, args: readonly string[], user?: string): Promise<ProgramResult>;
  close(): Promise<void>;
}

/**
 * Starts a Slurm in a temporary folder and on free ports. It ends, and its folder goes, on `close` or when this process
 * ends in whatever way.
 */
export async function startSlurm(choices: Omit<LabChoices, 'dir'> = {}): Promise<SlurmLab> {
  requireRoot();
  const dir = await mkdtemp(join(tmpdir(), 'slurm-'));
  // Other users read slurm.conf and the munge socket in it; what they must not read is in a closed folder.
  await chmod(dir, 0o755);
  const basePort = choices.basePort ?? (await freePorts(2 + (choices.nodes ?? 2)));
  const options = labOptions({ ...choices, dir, basePort });
  writeLabConfiguration(options);
  const keeper = startKeeper(dir);
  const close = async () => {
    await slurmDown(options);
    await rm(dir, { recursive: true, force: true });
    keeper.stdin?.end();
  };
  try {
    await slurmUp(options);
  } catch (error) {
    await close();
    throw error;
  }
  return { ...labControls(options), close };
}

/** The controls of a lab that `slurmUp` started in a folder of the caller's choice. */
export const labControls = (options: LabOptions): Omit<SlurmLab, 'close'> => ({
  options,
  env: slurmEnv(options),
  stop: (daemon) => stopDaemon(options, daemon),
  start: (daemon) => startDaemon(options, daemon),
  kill: (daemon) => stopDaemon(options, daemon, 'SIGKILL'),
  resumeNodes: () => resumeNodes(options),
  run: async (program, args, user) =>
    runProgram(program, args, {
      env: slurmEnv(options),
      ...(user === undefined ? {} : await linuxUser(user)),
    }),
});

/** Starts whatever of the lab does not run, and waits until its nodes take jobs. An abort is heeded between daemons. */
export async function slurmUp(options: LabOptions, signal?: AbortSignal): Promise<void> {
  requireRoot();
  requireReachable(options.dir);
  writeLabConfiguration(options);
  await Promise.all([
    startDaemon(options, 'munge'),
    startDaemon(options, 'mariadb'),
    makeLinuxUsers(options.users),
  ]);
  signal?.throwIfAborted();
  await startDaemon(options, 'slurmdbd');
  signal?.throwIfAborted();
  await startDaemon(options, 'slurmctld');
  await resumeNodes(options);
  signal?.throwIfAborted();
  await startDaemon(options, 'slurmd');
  signal?.throwIfAborted();
}

/** Stops all of the lab, jobs that run included, last started first. Its state stays. */
export async function slurmDown(options: LabOptions): Promise<void> {
  if (!existsSync(labPaths(options).options)) return;
  await endRunningJobs(options);
  for (const name of daemonNames.toReversed()) await stopDaemon(options, name);
}

export interface DaemonStatus {
  readonly label: string;
  readonly pid: number | undefined;
}

export const slurmStatus = (options: LabOptions): DaemonStatus[] =>
  daemonNames.flatMap((name) =>
    processesOf(options, name).map((daemon) => ({ label: daemon.label, pid: runningPid(daemon) })),
  );

/** Sees our end by the pipe that closes with us, and cleans up; also after a kill -9 of us. */
function startKeeper(dir: string): ChildProcess {
  const keeper = spawn(process.execPath, [fileURLToPath(new URL('lab-keeper.ts', import.meta.url)), dir], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  keeper.unref();
  return keeper;
}

/** The first of `count` ports in a row that nothing listens on. */
async function freePorts(count: number): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const base = 20_000 + Math.floor(Math.random() * 10_000);
    const servers = await Promise.allSettled(
      Array.from({ length: count }, (_, index) => listen(base + index)),
    );
    const held = servers.filter((result) => result.status === 'fulfilled').map((result) => result.value);
    await Promise.all(held.map((server) => new Promise((resolve) => server.close(resolve))));
    if (held.length === count) return base;
  }
  throw new Error(`no ${count} free ports in a row were found`);
}

const listen = (port: number): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => resolve(server));
  });
