import { existsSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { installPackages } from '../packages/debian-packages.ts';
import { daemonNames, slurmEnv, startDaemon, stopDaemon, type DaemonName } from './lab-daemons.ts';
import { labOptions, labPaths, OPTIONS_FILE, type LabChoices, type LabOptions } from './lab-options.ts';
import { runProgram } from './lab-programs.ts';
import { requireRoot } from './linux-users.ts';
import { slurmDown, slurmStatus, slurmUp } from './start-slurm.ts';

const usage = `A real Slurm on this machine: munge, MariaDB, slurmdbd, slurmctld and nodes that claim many CPUs.
It touches nothing in /etc but the Linux users that it makes; all its state is in one folder.

  npm run slurm -- install          install the Debian packages that it needs
  npm run slurm -- up               start whatever does not run, and wait until it takes jobs
  npm run slurm -- status           what runs; exit 0 only if all of it does
  npm run slurm -- env              points your shell at it, and at an agent for it: eval "$(npm run -s slurm -- env)"
  npm run slurm -- down             stop it and the jobs that run; its state stays
  npm run slurm -- reset            stop it, remove its state, start it anew
  npm run slurm -- stop|start NAME  one daemon: ${daemonNames.join(', ')}

  --dir DIR            where its state is (.keystone/slurm, or /var/tmp/keystone-slurm where the users below can't reach that)
  --base-port N        slurmdbd's port; slurmctld and the nodes take the next ones (16800)
  --cluster NAME       (local)    --nodes N  (2)    --cpus N  each node claims (64)
  --users "NAMES"      Linux users to make if missing ("alice bob carol dave")
  --calc-period MIN    how often running jobs are added to their accounts' counters (1)`;

const flags = {
  dir: { type: 'string' },
  'base-port': { type: 'string' },
  cluster: { type: 'string' },
  cpus: { type: 'string' },
  nodes: { type: 'string' },
  users: { type: 'string' },
  'calc-period': { type: 'string' },
  help: { type: 'boolean' },
} as const;

async function main(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...argv], options: flags, allowPositionals: true });
  const [command, daemon] = positionals;
  if (command === undefined || values.help === true) {
    console.log(usage);
    return command === undefined && values.help !== true ? 2 : 0;
  }
  if (command === 'install') {
    installPackages(['slurm']);
    console.log('Slurm and what it needs are installed. Next: npm run slurm -- up');
    return 0;
  }
  return run(command, daemon, labOptions(choicesOf(values)));
}

async function run(command: string, daemon: string | undefined, options: LabOptions): Promise<number> {
  switch (command) {
    case 'up':
      return up(options);
    case 'down':
      requireRoot();
      await slurmDown(options);
      console.log(`Slurm is down. Its state stays in ${options.dir}`);
      return 0;
    case 'reset':
      requireRoot();
      await slurmDown(options);
      removeState(options);
      return up(options);
    case 'status':
      return status(options);
    case 'env':
      for (const line of shellLines(options)) console.log(line);
      return 0;
    case 'stop':
      requireRoot();
      await stopDaemon(options, daemonName(daemon));
      return 0;
    case 'start':
      requireRoot();
      await startDaemon(options, daemonName(daemon));
      return 0;
    default:
      throw new Error(`unknown command ${command}\n\n${usage}`);
  }
}

/** Removes a lab's folder, and no folder that is not a lab's. */
function removeState(options: LabOptions): void {
  if (!existsSync(options.dir)) return;
  if (!existsSync(labPaths(options).options))
    throw new Error(`${options.dir} holds no Slurm of ours (no ${OPTIONS_FILE}); not removing it`);
  rmSync(options.dir, { recursive: true, force: true });
}

/** Interrupted half-way, it stops what it started rather than leave half a Slurm behind. */
async function up(options: LabOptions): Promise<number> {
  const interruption = new AbortController();
  const interrupt = () => {
    console.error('interrupted: stopping what was started');
    interruption.abort();
  };
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  try {
    await slurmUp(options, interruption.signal);
  } catch (error) {
    if (!interruption.signal.aborted) throw error;
    await slurmDown(options);
    return 130;
  }
  console.log(`Slurm cluster ${options.cluster} is up (${options.dir}). Point your shell at it with`);
  console.log('  eval "$(npm run -s slurm -- env)"');
  return 0;
}

/** What a shell needs to speak to this Slurm, and to run its agent by the command that the site shows. */
const shellLines = (options: LabOptions): string[] => [
  `export SLURM_CONF=${quoted(labPaths(options).slurmConf)}`,
  `export KEYSTONE_STATE_DIR=${quoted(resolve('.keystone/agent'))}`,
  `export PATH=${quoted(resolve('node_modules/.bin'))}:"$PATH"`,
];

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

async function status(options: LabOptions): Promise<number> {
  const daemons = slurmStatus(options);
  for (const { label, pid } of daemons)
    console.log(`${label.padEnd(24)} ${pid === undefined ? 'down' : `up, pid ${pid}`}`);
  if (daemons.some(({ pid }) => pid === undefined)) return 1;
  const { code, stdout, stderr } = await runProgram('sinfo', ['-o', '%P %a %D %T %C'], {
    env: slurmEnv(options),
  });
  process.stdout.write(stdout || stderr);
  return code;
}

function daemonName(name: string | undefined): DaemonName {
  const known = daemonNames.find((candidate) => candidate === name);
  if (known === undefined) throw new Error(`which daemon? One of ${daemonNames.join(', ')}`);
  return known;
}

function choicesOf(values: Partial<Record<string, string | boolean>>): LabChoices {
  const text = (flag: string) => (typeof values[flag] === 'string' ? values[flag] : undefined);
  const number = (flag: string) => {
    const value = text(flag);
    return value === undefined ? undefined : Number(value);
  };
  const users = text('users')
    ?.split(/\s+/)
    .filter((name) => name !== '');
  const chosen = {
    dir: text('dir'),
    basePort: number('base-port'),
    cluster: text('cluster'),
    cpus: number('cpus'),
    nodes: number('nodes'),
    users,
    calcPeriod: number('calc-period'),
  };
  return Object.fromEntries(Object.entries(chosen).filter(([, value]) => value !== undefined));
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
