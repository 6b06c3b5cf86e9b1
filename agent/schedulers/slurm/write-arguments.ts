import type { Change } from '../scheduler.ts';
import { account, cluster, member, minutes } from './checked-words.ts';

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
