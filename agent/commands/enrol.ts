import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { makeKeyAndRequest } from '../enrolment/certificate-request.ts';
import { enrolmentUrl, requestEnrolment } from '../enrolment/request-enrolment.ts';
import { readSimulationFile } from '../schedulers/simulated/open-simulated.ts';
import { agentConfigSchema, type AgentConfig } from '../state/agent-config.ts';
import { nodeDisk } from '../state/node-disk.ts';
import { lockInstance } from '../state/instance-lock.ts';
import { makeStateFolder, readConfig, StateFolderError, writeEnrolment } from '../state/state-folder.ts';
import type { Disk } from '../state/disk.ts';
import {
  COMMON_HELP,
  commonOptions,
  readOptions,
  sameFolder,
  stateFolderOf,
  UsageError,
  type Command,
} from './command-line.ts';

const options = {
  ...commonOptions,
  url: { type: 'string' },
  token: { type: 'string' },
  'slurm-conf': { type: 'string' },
  scheduler: { type: 'string', default: 'slurm' },
  simulation: { type: 'string' },
  'history-days': { type: 'string', default: '30' },
  force: { type: 'boolean', default: false },
} as const;

export const enrol: Command = {
  summary: 'makes this machine the agent of a cluster',
  help: `keystone-agent enrol --url https://…/api --token TOKEN [options]

Makes a key on this machine, trades the one-use token for a certificate over it, and keeps both in the state folder.

  --url URL          the API's address; http is taken for this machine alone
  --token TOKEN      the token that a staff member made for the cluster, or KEYSTONE_TOKEN in the environment
  --scheduler KIND   slurm (default), or simulated for a cluster that exists in this agent alone
  --slurm-conf FILE  where slurm.conf lies, if not where Slurm's commands look (default: SLURM_CONF)
  --simulation FILE  with --scheduler simulated: what is simulated, as JSON; its state is kept beside the file
  --history-days N   days of past usage that the first reading brings in (default 30; the ledger shows them, no award pays for them)
  --force            enrols anew what is enrolled already; what the folder knows of usage and policy is kept
${COMMON_HELP}`,
  async run(args, { out }, env) {
    const values = readOptions(args, options);
    const token = values.token ?? env['KEYSTONE_TOKEN'];
    if (!values.url || !token) throw new UsageError('enrol needs --url and --token');
    const scheduler = schedulerOf(values, env);
    const history = agentConfigSchema.shape.historyDays.safeParse(Number(values['history-days']));
    if (!history.success) throw new UsageError('--history-days wants a whole number from 1 to 3650');
    const url = enrolmentUrl(values.url);
    const folder = stateFolderOf(values, env);
    await makeStateFolder(folder);
    const unlock = await lockInstance(folder);
    try {
      const disk = nodeDisk(folder);
      const before = await clusterBefore(disk, values.force);
      const { key, csr } = makeKeyAndRequest();
      const enrolment = await requestEnrolment(url, { token, csr });
      const { certificate, brokerCa, ...rest } = enrolment;
      if (before !== undefined && before !== rest.cluster.id)
        throw new StateFolderError(
          `${folder} belongs to cluster ${before}, and the token is for cluster ${rest.cluster.id} (${rest.cluster.name}); take another --state-dir and a new token`,
        );
      await writeEnrolment(disk, {
        config: {
          v: 1,
          url: values.url,
          historyDays: history.data,
          ...rest,
          scheduler,
        },
        key,
        certificate,
        brokerCa,
      });
      out(`Enrolled as ${rest.thing}, the agent of cluster ${rest.cluster.name}.`);
      out(`Next: keystone-agent doctor${sameFolder(values)}`);
      return 0;
    } finally {
      await unlock();
    }
  },
};

interface SchedulerChoice {
  readonly scheduler: string;
  readonly simulation?: string | undefined;
  readonly 'slurm-conf'?: string | undefined;
}

/** Said before the token is spent on it. */
function schedulerOf(values: SchedulerChoice, env: NodeJS.ProcessEnv): AgentConfig['scheduler'] {
  const { scheduler, simulation } = values;
  if (scheduler === 'simulated') {
    if (!simulation) throw new UsageError('--scheduler simulated needs --simulation FILE');
    readSimulationFile(resolve(simulation));
    return { kind: scheduler, conf: resolve(simulation) };
  }
  if (scheduler !== 'slurm')
    throw new UsageError(`--scheduler ${scheduler} is not known: slurm and simulated are`);
  if (simulation) throw new UsageError('--simulation goes with --scheduler simulated');
  return { kind: scheduler, conf: slurmConf(values['slurm-conf'] || env['SLURM_CONF']) };
}

/** Its absolute path, since Slurm's commands are run from elsewhere. */
function slurmConf(given: string | undefined): string | null {
  if (!given) return null;
  const path = resolve(given);
  if (!existsSync(path)) throw new UsageError(`there is no ${path} (--slurm-conf or SLURM_CONF)`);
  return path;
}

/** The cluster that the folder is enrolled for, or undefined. */
async function clusterBefore(disk: Disk, force: boolean): Promise<number | undefined> {
  const config = await readConfigUnless(disk, force);
  if (config && !force)
    throw new StateFolderError(
      `enrolled already, as ${config.thing} for cluster ${config.cluster.name}; --force enrols anew`,
    );
  return config?.cluster.id;
}

/** With --force a configuration that is damaged is no obstacle. */
async function readConfigUnless(disk: Disk, force: boolean) {
  try {
    return await readConfig(disk);
  } catch (error) {
    if (force && error instanceof StateFolderError) return undefined;
    throw error;
  }
}
