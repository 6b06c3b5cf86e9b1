import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { runningPid, startProcess, stopProcess, type DaemonProcess } from './daemon-process.ts';
import { nodesAnswer } from './lab-nodes.ts';
import { labPaths, labPorts, nodeNames, type LabOptions } from './lab-options.ts';
import { PROGRAM_PATH, programPath, runOrThrow, runProgram } from './lab-programs.ts';
import { waitUntil } from './wait-until.ts';

/** In the order in which they need each other. */
export const daemonNames = ['munge', 'mariadb', 'slurmdbd', 'slurmctld', 'slurmd'] as const;
export type DaemonName = (typeof daemonNames)[number];

const READY_TIMEOUT = 60_000;

/** The processes of one daemon: one, or for slurmd one a node. */
export function processesOf(options: LabOptions, name: DaemonName): DaemonProcess[] {
  const paths = labPaths(options);
  const daemon = (
    program: string,
    args: readonly string[],
    env: Record<string, string> = {},
    label: string = name,
  ): DaemonProcess => ({
    label,
    program: programPath(program),
    args,
    env: { PATH: PROGRAM_PATH, LC_ALL: 'C', ...env },
    pidFile: join(paths.run, `${label}.pid`),
    logFile: join(paths.log, `${label}.out`),
  });
  switch (name) {
    case 'munge':
      return [daemon('munged', mungeArguments(options))];
    case 'mariadb':
      return [daemon('mariadbd', mariadbArguments(options))];
    case 'slurmdbd':
      // slurmdbd.conf is looked for beside SLURM_CONF; MariaDB's client finds a socket of another name by its variable.
      return [
        daemon('slurmdbd', ['-D'], {
          SLURM_CONF: join(paths.secret, 'slurm.conf'),
          MYSQL_UNIX_PORT: paths.databaseSocket,
        }),
      ];
    case 'slurmctld':
      return [daemon('slurmctld', ['-D'], slurmEnv(options))];
    case 'slurmd':
      return nodeNames(options).map((node) =>
        daemon('slurmd', ['-D', '-N', node], slurmEnv(options), `slurmd-${node}`),
      );
  }
}

/** What a program needs to speak to this lab and no other. */
export const slurmEnv = (options: LabOptions): { SLURM_CONF: string } => ({
  SLURM_CONF: labPaths(options).slurmConf,
});

const mungeArguments = (options: LabOptions): string[] => {
  const { mungeKey, mungeSocket, run, secret } = labPaths(options);
  return [
    '--foreground',
    '--force',
    `--key-file=${mungeKey}`,
    `--socket=${mungeSocket}`,
    `--pid-file=${run}/munge.own.pid`,
    `--seed-file=${secret}/munge.seed`,
  ];
};

const mariadbArguments = (options: LabOptions): string[] => {
  const { database, databaseSocket, temporary, run, log } = labPaths(options);
  return [
    '--no-defaults',
    '--user=root',
    `--datadir=${database}`,
    `--socket=${databaseSocket}`,
    `--tmpdir=${temporary}`,
    `--pid-file=${run}/mariadb.own.pid`,
    `--log-error=${log}/mariadb.log`,
    '--skip-networking',
    '--innodb-buffer-pool-size=128M',
    '--innodb-lock-wait-timeout=900',
    '--innodb-flush-log-at-trx-commit=2',
    '--max-allowed-packet=64M',
  ];
};

/** Starts one daemon and waits until it answers. */
export async function startDaemon(options: LabOptions, name: DaemonName): Promise<void> {
  if (name === 'mariadb') await installDatabase(options);
  if (name === 'slurmctld') await registerCluster(options);
  const starting = processesOf(options, name).filter((daemon) => runningPid(daemon) === undefined);
  if (starting.length > 0) await requireFreePorts(options, name);
  const ready = () => waitUntil(() => daemonAnswers(options, name), READY_TIMEOUT, `${name} to answer`);
  await Promise.all(starting.map((daemon) => startProcess(daemon, ready)));
  if (name === 'slurmctld' && nodesRun(options)) {
    await waitUntil(() => nodesAnswer(options), READY_TIMEOUT, 'the nodes to answer');
  }
}

const nodesRun = (options: LabOptions): boolean =>
  processesOf(options, 'slurmd').every((daemon) => runningPid(daemon) !== undefined);

export async function stopDaemon(
  options: LabOptions,
  name: DaemonName,
  signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM',
): Promise<void> {
  await Promise.all(processesOf(options, name).map((daemon) => stopProcess(daemon, signal)));
}

async function daemonAnswers(options: LabOptions, name: DaemonName): Promise<boolean> {
  const env = slurmEnv(options);
  const { mungeSocket, databaseSocket } = labPaths(options);
  switch (name) {
    case 'munge':
      return (await runProgram('munge', ['-n', '-S', mungeSocket])).code === 0;
    case 'mariadb':
      return (await runProgram('mariadb-admin', ['--no-defaults', '-S', databaseSocket, 'ping'])).code === 0;
    case 'slurmdbd':
      return (await runProgram('sacctmgr', ['-nP', 'show', 'cluster'], { env })).code === 0;
    case 'slurmctld':
      return (await runProgram('scontrol', ['ping'], { env })).stdout.includes('is UP');
    case 'slurmd':
      return nodesAnswer(options);
  }
}

/** Under another name until it is whole, so that an interrupted one is made again. */
async function installDatabase(options: LabOptions): Promise<void> {
  const { database, temporary } = labPaths(options);
  // Servers that share a folder for temporary tables take each other's.
  mkdirSync(temporary, { recursive: true });
  if (existsSync(database)) return;
  const unfinished = `${database}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished);
  const args = [
    '--no-defaults',
    '--user=root',
    `--datadir=${unfinished}`,
    `--tmpdir=${temporary}`,
    '--skip-test-db',
  ];
  await runOrThrow('mariadb-install-db', args);
  renameSync(unfinished, database);
}

/** slurmctld ends at once where slurmdbd does not know its cluster. One that has state was registered before. */
async function registerCluster(options: LabOptions): Promise<void> {
  if (existsSync(join(labPaths(options).state, 'clustername'))) return;
  const env = slurmEnv(options);
  const known = await runOrThrow('sacctmgr', ['-nP', 'show', 'cluster', 'format=cluster'], { env });
  if (known.split('\n').includes(options.cluster)) return;
  await runOrThrow('sacctmgr', ['-i', 'add', 'cluster', options.cluster], { env });
}

async function requireFreePorts(options: LabOptions, name: DaemonName): Promise<void> {
  const ports = labPorts(options);
  const needed = name === 'slurmdbd' ? [ports.slurmdbd] : name === 'slurmctld' ? [ports.slurmctld] : [];
  for (const port of needed) {
    // A killed daemon of many threads holds its port for a moment after it is gone.
    await waitUntil(async () => !(await portAnswers(port)), 3_000).catch(() => {
      throw new Error(`port ${port} is in use, and ${name} needs it: choose other ports with --base-port`);
    });
  }
}

const portAnswers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
