import { SEPARATOR } from '@keystone/agent/schedulers/slurm/read-arguments.ts';
import { testSources } from '@keystone/shared/store/testing/test-sources.ts';
import { centreMix, usageRow } from '../ledger/usage-load.ts';

/** As the recorded configuration of Slurm names it. */
export const CLUSTER = 'recorded';

/** The present of a pretended accounting, Unix seconds. */
export const NOW = Date.UTC(2026, 10, 24, 12) / 1000;

const lines = (rows: string[]) => `${rows.join('\n')}\n`;

/** Accounts with members, as many as a busy cluster has. */
export interface Site {
  accounts: number;
  /** How many people each account has of its own, or the names of those who are in all of them. */
  members: number | readonly string[];
  jobs: number;
}

export const accountNames = ({ accounts }: Site) =>
  Array.from({ length: accounts }, (_, index) => `team-${index}`);
const membersOf = ({ members }: Site, account: number): readonly string[] =>
  typeof members === 'number'
    ? Array.from({ length: members }, (_, index) => `user${account * members + index}`)
    : members;

/** `sacctmgr show assoc` of a site where everything is as its policy says. */
export function associations(site: Site, limitMinutes: number): string {
  const rows = accountNames(site).flatMap((account, index) => [
    `${CLUSTER}|${account}||root|billing=${limitMinutes}||||`,
    ...membersOf(site, index).map((user) => `${CLUSTER}|${account}|${user}||||||`),
  ]);
  return lines([`${CLUSTER}|root|||||||`, ...rows]);
}

/** `scontrol show assoc_mgr flags=users`. */
export function users(site: Site): string {
  const rows = accountNames(site).flatMap((account, index) =>
    membersOf(site, index).map(
      (user, at) => `UserName=${user}(${2000 + at}) DefAccount=${account} DefWckey= AdminLevel=Not Set`,
    ),
  );
  return lines(['Current Association Manager state', 'User Records', ...rows]);
}

/** `scontrol show assoc_mgr flags=assoc`: nothing used, and what the running jobs may still use. */
export function counters(site: Site): string {
  const rows = accountNames(site).map(
    (account) =>
      `ClusterName=${CLUSTER} Account=${account} UserName= Partition= Priority=0 ID=4 ` +
      'UsageRaw/Norm/Efctv=0.00/0.00/0.00 ParentAccount=root(1) DefAssoc=No ' +
      `GrpTRESMins=cpu=N(0),billing=N(0) GrpTRESRunMins=cpu=N(0),billing=N(${reservedMinutes(site)})`,
  );
  return lines(['Current Association Manager state', 'Association Records', ...rows]);
}

const JOB_MINUTES = 600;
const reservedMinutes = ({ accounts, jobs }: Site) => Math.ceil(jobs / accounts) * 4 * JOB_MINUTES;

/** `squeue` with every job running. */
export function queue(site: Site): string {
  return lines(jobsOf(site).map(({ id, account, user }) => [id, 'RUNNING', user, account].join(SEPARATOR)));
}

/** `squeue` of what running jobs have reserved. */
export function reservations(site: Site): string {
  const fields = ({ id, account }: { id: number; account: string }) =>
    [id, '10:00:00', 'cpu=4,mem=16G,node=1,billing=4', account, ''].join(SEPARATOR);
  return lines(jobsOf(site).map(fields));
}

const jobsOf = (site: Site) =>
  Array.from({ length: site.jobs }, (_, index) => {
    const account = index % site.accounts;
    return { id: index + 1, account: `team-${account}`, user: membersOf(site, account)[0] ?? 'root' };
  });

/** `getent passwd` of all members. */
export const people = (site: Site) =>
  lines(
    accountNames(site).flatMap((_, index) =>
      membersOf(site, index).map((user) => `${user}:x:2000:2000::/home/${user}:/bin/sh`),
    ),
  );

/** Finished runs as sacct prints them: one second apart in [from, to), `perDay` of them a day at even distances. */
export function accounting(from: number, to: number, perDay: number): string {
  const every = 86_400 / perDay;
  const rows: string[] = [];
  // Each row's own place in time makes it, so that a span read twice has the same rows.
  for (let job = Math.ceil(from / every); job * every < to; job++) rows.push(accountingRow(job, job * every));
  return lines(rows);
}

function accountingRow(job: number, at: number): string {
  const row = usageRow(job, centreMix, testSources(job).random);
  const end = Math.floor(at);
  const start = end - row.elapsed;
  return [
    CLUSTER,
    row.jobIdRaw,
    row.jobId,
    start - 30,
    start - 30,
    start,
    end,
    row.elapsed,
    '00:00:00',
    1440,
    row.state,
    row.exitCode,
    row.user,
    row.account,
    row.partition,
    row.qos,
    row.allocTres,
    row.nodes,
    row.nodeList,
    row.totalCpu,
  ].join(SEPARATOR);
}
