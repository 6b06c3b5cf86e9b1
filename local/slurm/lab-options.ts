import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { usualFolder } from './lab-folder.ts';

/** Unix socket paths longer than this break munge and MariaDB. */
const MAX_SOCKET_PATH = 100;
const LONGEST_SOCKET = '/secret/mariadb.sock';

const namePattern = /^[a-z][a-z0-9_]{0,30}$/;

/** One Slurm on one machine. It is kept in its folder, so that later commands need to name only the folder. */
export const labOptionsSchema = z.strictObject({
  dir: z
    .string()
    .refine((dir) => `${dir}${LONGEST_SOCKET}`.length <= MAX_SOCKET_PATH, {
      error: `the folder's path is too long for unix sockets; choose one of at most ${MAX_SOCKET_PATH - LONGEST_SOCKET.length} characters (--dir)`,
    })
    .default(() => usualFolder()),
  cluster: z.string().regex(namePattern, 'cluster: letters a-z, digits and _ only').default('local'),
  /** slurmdbd listens here, slurmctld on the next port, the nodes' slurmd on those after. */
  basePort: z.int().min(1024).max(65_000).default(16_800),
  /** Claimed by each node, not real. */
  cpus: z.int().min(1).max(1024).default(64),
  nodes: z.int().min(1).max(20).default(2),
  users: z.array(z.string().regex(/^[a-z_][a-z0-9_-]{0,31}$/)).default(['alice', 'bob', 'carol', 'dave']),
  /** PriorityCalcPeriod in minutes: how often slurmctld adds running jobs to their accounts' counters. */
  calcPeriod: z.int().min(1).max(60).default(1),
  /** Lines put at the end of slurm.conf; a setting given twice takes its last value. */
  extraConf: z.array(z.string()).default([]),
});
export type LabOptions = z.infer<typeof labOptionsSchema>;
export type LabChoices = z.input<typeof labOptionsSchema>;

export const OPTIONS_FILE = 'lab.json';

/**
 * Options for a lab: what is chosen now, else what its folder remembers, else the defaults.
 *
 * @throws Error that names the option and what it allows
 */
export function labOptions(choices: LabChoices): LabOptions {
  const dir = choices.dir === undefined ? usualFolder() : resolve(choices.dir);
  const file = join(dir, OPTIONS_FILE);
  const remembered = existsSync(file) ? labOptionsSchema.parse(JSON.parse(readFileSync(file, 'utf8'))) : {};
  const parsed = labOptionsSchema.safeParse({ ...remembered, ...choices, dir });
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  return parsed.data;
}

/** Ports that a lab listens on, all on 127.0.0.1. MariaDB and munge listen on unix sockets only. */
export const labPorts = ({ basePort, nodes }: LabOptions) => ({
  slurmdbd: basePort,
  slurmctld: basePort + 1,
  slurmd: Array.from({ length: nodes }, (_, index) => basePort + 2 + index),
});

/** Where a lab keeps what. `secret` alone is closed to other users: jobs and submitters read the rest. */
export const labPaths = ({ dir }: Pick<LabOptions, 'dir'>) => ({
  options: join(dir, OPTIONS_FILE),
  etc: join(dir, 'etc'),
  slurmConf: join(dir, 'etc/slurm.conf'),
  slurmdbdConf: join(dir, 'secret/slurmdbd.conf'),
  secret: join(dir, 'secret'),
  mungeKey: join(dir, 'secret/munge.key'),
  run: join(dir, 'run'),
  mungeSocket: join(dir, 'run/munge.sock'),
  databaseSocket: join(dir, 'secret/mariadb.sock'),
  database: join(dir, 'secret/mariadb'),
  temporary: join(dir, 'secret/tmp'),
  log: join(dir, 'log'),
  state: join(dir, 'state'),
  spool: join(dir, 'spool'),
});

/** The nodes' names, which are also how their slurmd are told apart. */
export const nodeNames = ({ cluster, nodes }: LabOptions): string[] =>
  Array.from({ length: nodes }, (_, index) => `${cluster.replaceAll('_', '-')}-n${index + 1}`);
