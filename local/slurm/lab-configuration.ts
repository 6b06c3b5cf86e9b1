import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { labPaths, labPorts, nodeNames, type LabOptions } from './lab-options.ts';

const shortHostname = (): string => hostname().split('.')[0] ?? 'localhost';

/** slurmdbd.conf. The database knows us by our unix user, so there is no password. */
export function slurmdbdConf(options: LabOptions): string {
  const paths = labPaths(options);
  return lines([
    'AuthType=auth/munge',
    `AuthInfo=socket=${paths.mungeSocket}`,
    'DbdHost=localhost',
    'DbdAddr=127.0.0.1',
    `DbdPort=${labPorts(options).slurmdbd}`,
    'SlurmUser=root',
    'DebugLevel=info',
    `LogFile=${paths.log}/slurmdbd.log`,
    `PidFile=${paths.run}/slurmdbd.own.pid`,
    'StorageType=accounting_storage/mysql',
    'StorageHost=localhost',
    'StorageUser=root',
    'StorageLoc=slurm_acct_db',
  ]);
}

/** slurm.conf: limits are enforced before a job starts (`safe`), usage never decays, and no job may run for ever. */
export function slurmConf(options: LabOptions): string {
  const nodes = nodeNames(options);
  return lines([
    ...clusterLines(options),
    ...accountingLines(options),
    ...nodes.map((name, index) => nodeLine(options, name, index)),
    `PartitionName=batch Nodes=${nodes.join(',')} Default=YES DefaultTime=10 MaxTime=1-00:00:00 DefMemPerCPU=100 State=UP TRESBillingWeights=CPU=1`,
    ...options.extraConf,
  ]);
}

function clusterLines(options: LabOptions): string[] {
  const { mungeSocket, log, run, state, spool } = labPaths(options);
  return [
    `ClusterName=${options.cluster}`,
    `SlurmctldHost=${shortHostname()}(127.0.0.1)`,
    `SlurmctldPort=${labPorts(options).slurmctld}`,
    'SlurmUser=root',
    'SlurmdUser=root',
    'AuthType=auth/munge',
    `AuthInfo=socket=${mungeSocket}`,
    'CredType=cred/munge',
    `StateSaveLocation=${state}`,
    `SlurmdSpoolDir=${spool}/%n`,
    `SlurmctldPidFile=${run}/slurmctld.own.pid`,
    `SlurmdPidFile=${run}/slurmd-%n.own.pid`,
    `SlurmctldLogFile=${log}/slurmctld.log`,
    `SlurmdLogFile=${log}/slurmd-%n.log`,
    'ProctrackType=proctrack/linuxproc',
    'TaskPlugin=task/none',
    'JobAcctGatherType=jobacct_gather/linux',
    'SwitchType=switch/none',
    'MpiDefault=none',
    'ReturnToService=2',
    'SlurmdParameters=config_overrides',
    'SelectType=select/cons_tres',
    'SelectTypeParameters=CR_Core_Memory',
    'SchedulerType=sched/backfill',
    // A raised limit is noticed in seconds; by default a pass may be a minute away.
    'SchedulerParameters=sched_interval=2,bf_interval=2',
    'JobRequeue=1',
    'KillWait=5',
    'MailProg=/bin/true',
  ];
}

const accountingLines = (options: LabOptions): string[] => [
  'AccountingStorageType=accounting_storage/slurmdbd',
  'AccountingStorageHost=127.0.0.1',
  `AccountingStoragePort=${labPorts(options).slurmdbd}`,
  // Without it slurmctld looks for munge at its default socket when it speaks to slurmdbd.
  `AccountingStoragePass=${labPaths(options).mungeSocket}`,
  'AccountingStorageEnforce=associations,limits,safe',
  'PriorityType=priority/multifactor',
  'PriorityDecayHalfLife=0',
  'PriorityUsageResetPeriod=NONE',
  `PriorityCalcPeriod=${options.calcPeriod}`,
];

function nodeLine(options: LabOptions, name: string, index: number): string {
  const { cpus } = options;
  const port = labPorts(options).slurmd[index];
  return (
    `NodeName=${name} NodeHostname=${shortHostname()} NodeAddr=127.0.0.1 Port=${port} ` +
    `CPUs=${cpus} Sockets=1 CoresPerSocket=${cpus} ThreadsPerCore=1 RealMemory=256000 State=UNKNOWN`
  );
}

/** Makes a lab's folders and writes its configuration. Keeps the key and the database that are there. */
export function writeLabConfiguration(options: LabOptions): void {
  const paths = labPaths(options);
  for (const folder of [options.dir, paths.etc, paths.run, paths.log, paths.state, paths.spool])
    mkdirSync(folder, { recursive: true });
  mkdirSync(paths.secret, { recursive: true, mode: 0o700 });
  writeFileSync(paths.options, JSON.stringify(options, null, 2));
  writeFileSync(paths.slurmConf, slurmConf(options));
  // v1 keeps the plugin away from systemd's bus, which need not run here.
  writeFileSync(join(paths.etc, 'cgroup.conf'), lines(['CgroupPlugin=cgroup/v1', 'CgroupAutomount=no']));
  writeFileSync(paths.slurmdbdConf, slurmdbdConf(options));
  chmodSync(paths.slurmdbdConf, 0o600);
  if (!existsSync(paths.mungeKey)) writeFileSync(paths.mungeKey, randomBytes(128), { mode: 0o400 });
}

const lines = (text: readonly string[]): string => `${text.join('\n')}\n`;
