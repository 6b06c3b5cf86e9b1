import type { Change } from '../scheduler.ts';
import { account, cluster, member, minutes } from './checked-words.ts';

/** Changes that are one but for the names: one command makes them all. */
export interface AlikeChanges {
  readonly first: Change;
  readonly names: readonly string[];
}

/**
 * The sacctmgr commands that make a change for all of the names, in their order. Each command names its cluster, else it
 * would reach all of them.
 */
export function commandsOf({ first, names }: AlikeChanges, clusterName: string): string[][] {
  const where = `cluster=${cluster(clusterName)}`;
  if ('user' in first) return memberCommands(first, listOf(names.map(member)), where);
  const accounts = listOf(names.map(account));
  const modify = (...settings: string[]) => [
    ['-i', 'modify', 'account', 'where', accounts, where, 'set', ...settings],
  ];
  switch (first.kind) {
    case 'add-account':
      return [
        ['-i', 'add', 'account', accounts, where, 'GrpTRESMins=billing=0', ...(first.locked ? locked : [])],
      ];
    case 'set-limit':
      return modify(`GrpTRESMins=billing=${minutes(first.limitMinutes)}`);
    case 'lock':
      return modify(...locked);
    case 'unlock':
      return modify('GrpJobs=-1', 'GrpSubmitJobs=-1');
  }
}

/** Checked names hold no comma. */
const listOf = (names: readonly string[]): string => `name=${names.join(',')}`;

/** GrpJobs keeps what waits from starting, GrpSubmitJobs refuses what is new. Jobs that run go on. */
const locked = ['GrpJobs=0', 'GrpSubmitJobs=0'];

function memberCommands(change: Extract<Change, { user: string }>, users: string, where: string): string[][] {
  const place = [users, `account=${account(change.account)}`, where];
  const modify = (...settings: string[]) => [['-i', 'modify', 'user', 'where', ...place, 'set', ...settings]];
  switch (change.kind) {
    case 'add-member':
      return [['-i', 'add', 'user', ...place]];
    case 'block-member':
      return modify('MaxJobs=0', 'MaxSubmitJobs=0');
    case 'unblock-member':
      return modify('MaxJobs=-1', 'MaxSubmitJobs=-1');
    case 'remove-member': {
      const { defaultAccount } = change;
      const remove = ['-i', 'delete', 'user', 'where', ...place];
      if (defaultAccount === null) return [remove];
      const moved = `DefaultAccount=${account(defaultAccount)}`;
      return [['-i', 'modify', 'user', 'where', users, where, 'set', moved], remove];
    }
  }
}
