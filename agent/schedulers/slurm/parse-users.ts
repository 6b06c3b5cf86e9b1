import { linesOf } from './parse-values.ts';

export interface SlurmUser {
  readonly defaultAccount: string;
  /** Operator or administrator of the scheduler. */
  readonly hasRights: boolean;
}

const userLine = /^UserName=(.*)\(\d+\) DefAccount=(.*) DefWckey=.* AdminLevel=(.+)$/;

/**
 * People from `scontrol show assoc_mgr flags=users`. slurmctld knows each one's default on its own cluster, which
 * sacctmgr mixes up where slurmdbd serves several.
 */
export function parseUsers(output: string): Map<string, SlurmUser> {
  const users = new Map<string, SlurmUser>();
  for (const line of linesOf(output)) {
    const [, user, defaultAccount, level] = userLine.exec(line) ?? [];
    if (user === undefined || defaultAccount === undefined) continue;
    users.set(user, { defaultAccount, hasRights: level === 'Operator' || level === 'Administrator' });
  }
  return users;
}
