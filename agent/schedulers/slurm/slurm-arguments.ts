import { isAccountName, isMemberName } from '@keystone/shared/domain/names.ts';
import { SchedulerRefused } from '../scheduler-errors.ts';
import type { Change } from '../scheduler.ts';

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

/** Names are checked here again, whatever a caller did: these are the only places where they become arguments. */
const clusterPattern = /^[a-z0-9][a-z0-9_.-]{0,39}$/;
const cluster = (name: string): string => {
  if (!clusterPattern.test(name))
    throw new SchedulerRefused(`${JSON.stringify(name)} can't be the name of a cluster`);
  return name;
};
const account = (name: string): string => {
  if (!isAccountName(name)) throw new SchedulerRefused(`${JSON.stringify(name)} can't be an account`);
  return name;
};
const member = (name: string): string => {
  if (!isMemberName(name))
    throw new SchedulerRefused(`${JSON.stringify(name)} can't be the name of a person`);
  return name;
};
/** A negative limit is none at all to Slurm, and a fraction is dropped with exit code 0: digits only. */
const minutes = (limit: number): string => {
  if (!Number.isSafeInteger(limit) || limit < 0)
    throw new SchedulerRefused(`${limit} can't be a limit in minutes`);
  return String(limit);
};

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

/** sacct takes no Unix seconds; the runner's time zone is UTC. */
const utc = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 19);

export const unfinishedJobs: readonly string[] = [
  '--local',
  '-ha',
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

/** The sacctmgr commands that make one change, in their order. Each names its cluster, else it would reach all of them. */
export function commandsOf(change: Change, clusterName: string): string[][] {
  const where = `cluster=${cluster(clusterName)}`;
  const name = account(change.account);
  const modifyAccount = (...settings: string[]) => [
    '-i',
    'modify',
    'account',
    'where',
    `name=${name}`,
    where,
    'set',
    ...settings,
  ];
  switch (change.kind) {
    case 'add-account':
      return [
        [
          '-i',
          'add',
          'account',
          `name=${name}`,
          where,
          'GrpTRESMins=billing=0',
          ...(change.locked ? locked : []),
        ],
      ];
    case 'set-limit':
      return [modifyAccount(`GrpTRESMins=billing=${minutes(change.limitMinutes)}`)];
    case 'lock':
      return [modifyAccount(...locked)];
    case 'unlock':
      return [modifyAccount('GrpJobs=-1', 'GrpSubmitJobs=-1')];
    default:
      return memberCommands(change, name, where);
  }
}

/** GrpJobs keeps what waits from starting, GrpSubmitJobs refuses what is new. Jobs that run go on. */
const locked = ['GrpJobs=0', 'GrpSubmitJobs=0'];

function memberCommands(change: Extract<Change, { user: string }>, name: string, where: string): string[][] {
  const user = member(change.user);
  const modifyMember = (...settings: string[]) => [
    '-i',
    'modify',
    'user',
    'where',
    `name=${user}`,
    `account=${name}`,
    where,
    'set',
    ...settings,
  ];
  switch (change.kind) {
    case 'add-member':
      return [['-i', 'add', 'user', `name=${user}`, `account=${name}`, where]];
    case 'block-member':
      return [modifyMember('MaxJobs=0', 'MaxSubmitJobs=0')];
    case 'unblock-member':
      return [modifyMember('MaxJobs=-1', 'MaxSubmitJobs=-1')];
    case 'remove-member':
      return [
        ...(change.defaultAccount === null
          ? []
          : [
              [
                '-i',
                'modify',
                'user',
                'where',
                `name=${user}`,
                where,
                'set',
                `DefaultAccount=${account(change.defaultAccount)}`,
              ],
            ]),
        ['-i', 'delete', 'user', 'where', `name=${user}`, `account=${name}`, where],
      ];
  }
}
