import { account, cluster, member } from './checked-words.ts';

/** Separates fields where a program can be told to: no name can hold it. */
export const SEPARATOR = '\x1f';

/** Runs that ended, however; requeued and resized ones too. */
const TERMINAL_STATES = 'CD,F,CA,TO,NF,OOM,DL,BF,PR,RQ,RS,RV';

export const associationColumns = [
  'cluster',
  'account',
  'user',
  'parentname',
  'grptresmins',
  'grpjobs',
  'grpsubmitjobs',
  'maxjobs',
  'maxsubmitjobs',
] as const;

export const accountingColumns = [
  'Cluster',
  'JobIDRaw',
  'JobID',
  'Submit',
  'Eligible',
  'Start',
  'End',
  'ElapsedRaw',
  'Suspended',
  'TimelimitRaw',
  'State',
  'ExitCode',
  'User',
  'Account',
  'Partition',
  'QOS',
  'AllocTRES',
  'NNodes',
  'NodeList',
  'TotalCPU',
] as const;

/** Everything that the agent ever asks of sacctmgr without changing it. */
export const showAssociations = (name: string): string[] => [
  '-nP',
  'show',
  'assoc',
  `cluster=${cluster(name)}`,
  `format=${associationColumns.join(',')}`,
];

/** No user text among the columns: a job's name may hold line breaks. */
export const finishedRunsOf = (name: string, from: number, to: number): string[] => [
  '-aXDnP',
  `--delimiter=${SEPARATOR}`,
  `--clusters=${cluster(name)}`,
  `--starttime=${utc(from)}`,
  `--endtime=${utc(to)}`,
  `--state=${TERMINAL_STATES}`,
  `--format=${accountingColumns.join(',')}`,
];

/** sacct takes no Unix seconds, and 0 for now; the runner's time zone is UTC. */
const utc = (seconds: number): string => new Date(Math.max(1, seconds) * 1000).toISOString().slice(0, 19);

/** Jobs that ended stay in the queue's answer for a while (MinJobAge, five minutes unless the site says otherwise). */
export const jobQueue: readonly string[] = [
  '--local',
  '-ha',
  '--states=all',
  '-o',
  ['%A', '%T', '%u', '%a'].join(SEPARATOR),
];

/**
 * Jobs that the counter takes for running. One that is completing is not among them: its reservation was given back when
 * it ended, while squeue shows it with all of its time limit.
 */
export const reservingJobs: readonly string[] = [
  '--local',
  '-ha',
  '--states=R,S,CF,ST,SI,RS',
  '-O',
  ['JobID', 'TimeLimit', 'tres-alloc', 'Account'].map((field) => `${field}:0${SEPARATOR}`).join(','),
];

export const showCounters = (accounts: readonly string[]): string[] => [
  '-o',
  'show',
  'assoc_mgr',
  `accounts=${accounts.map(account).join(',')}`,
  'flags=assoc',
];

export const showUsers: readonly string[] = ['-o', 'show', 'assoc_mgr', 'flags=users'];
export const showConfiguration: readonly string[] = ['show', 'config'];
export const showPartitions: readonly string[] = ['-o', 'show', 'partition'];
export const showClusters: readonly string[] = ['-nP', 'show', 'cluster', 'format=cluster'];
export const showQualities: readonly string[] = [
  '-nP',
  'show',
  'qos',
  'format=grptresmins,grpjobs,grpsubmitjobs,usagefactor,name',
];
/** The agent's own name; root, whom no account of ours may hold, is one that it may have. */
export const showRights = (user: string): string[] => [
  '-nP',
  'show',
  'user',
  `name=${user === 'root' ? user : member(user)}`,
  'format=adminlevel',
];
export const knownPeople = (people: readonly string[]): string[] => ['passwd', ...people.map(member)];
