import type { SlurmLab } from '@keystone/local/slurm/start-slurm.ts';
import { eventually } from './eventually.ts';

/** A finished run as `sacct` tells it; read by the test itself, so that the agent is not its own witness. */
export interface SacctRow {
  jobId: number;
  submit: number;
  start: number | null;
  end: number;
  elapsed: number;
  state: string;
  allocTres: string;
  account: string;
}

const columns = 'JobIDRaw,Submit,Start,End,ElapsedRaw,State,AllocTRES,Account';
const finalStates = /^(COMPLETED|CANCELLED|FAILED|TIMEOUT|NODE_FAIL|REQUEUED|RESIZING|PREEMPTED)/;

/** Submits a job. @returns its id */
export async function submit(slurm: SlurmLab, user: string, args: readonly string[]): Promise<number> {
  const { stdout, stderr, code } = await slurm.run(
    'sbatch',
    ['--parsable', '-o', '/dev/null', '-D', '/tmp', ...args],
    user,
  );
  if (code !== 0) throw new Error(`sbatch failed: ${stderr}`);
  return Number(stdout.trim().split(';')[0]);
}

/** Rows of an account that have ended, runs that were requeued among them. */
export const finishedRows = (slurm: SlurmLab, account: string): Promise<SacctRow[]> =>
  readRows(slurm, ['-A', account, '-S', '2020-01-01']);

/**
 * The same, and runs of which the accounting never learned how they began, as their controller was killed before it said so. Those
 * have no account in the table; sacct tells that of their association, where it is not asked for an account.
 */
export const finishedRowsAndStubs = async (slurm: SlurmLab, account: string): Promise<SacctRow[]> =>
  (
    await readRows(slurm, ['-S', '2020-01-01', '-E', '2100-01-01', '-s', 'CA,CD,DL,F,NF,OOM,PR,RQ,RS,RV,TO'])
  ).filter((row) => row.account === account);

async function readRows(slurm: SlurmLab, which: readonly string[]): Promise<SacctRow[]> {
  const form = ['SLURM_TIME_FORMAT=%s', 'TZ=UTC'];
  const { stdout } = await slurm.run('env', [...form, 'sacct', '-aXDnP', ...which, '-o', columns]);
  const number = (text: string | undefined) =>
    text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
  return stdout
    .split('\n')
    .map((line) => line.split('|'))
    .filter(([, , , end, , state]) => finalStates.test(state ?? '') && number(end) !== null)
    .map(([jobId, submitted, start, end, elapsed, state = '', allocTres = '', name = '']) => ({
      jobId: Number(jobId),
      submit: Number(submitted),
      start: number(start),
      end: Number(end),
      elapsed: Number(elapsed),
      state,
      allocTres,
      account: name,
    }));
}

/** The row of a job that has ended. */
export function finishedJob(slurm: SlurmLab, account: string, jobId: number): Promise<SacctRow> {
  return eventually(async () => (await finishedRows(slurm, account)).find((row) => row.jobId === jobId), {
    what: `job ${jobId} in sacct`,
  });
}

/** The account's limit as sacctmgr shows it: billing-minutes, or null where there is none. */
export async function limitOf(slurm: SlurmLab, account: string): Promise<number | null> {
  const { stdout } = await slurm.run('sacctmgr', [
    '-nP',
    'show',
    'assoc',
    `cluster=${slurm.options.cluster}`,
    `account=${account}`,
    'user=',
    'format=grptresmins',
  ]);
  const figure = /billing=(\d+)/.exec(stdout)?.[1];
  return figure === undefined ? null : Number(figure);
}

/** State and reason of a job in the queue, `PENDING AssocGrpBillingMinutes`. */
export async function queueState(slurm: SlurmLab, jobId: number): Promise<string> {
  const { stdout } = await slurm.run('squeue', ['-h', '-j', String(jobId), '-o', '%T %r']);
  return stdout.trim();
}

/**
 * What Slurm would let an account start, in billing-seconds: its limit less what it counts as used and keeps reserved for
 * running jobs, in the whole minutes in which it compares.
 */
export async function startableSeconds(slurm: SlurmLab, account: string): Promise<number> {
  const { stdout } = await slurm.run('scontrol', [
    '-o',
    'show',
    'assoc_mgr',
    `accounts=${account}`,
    'flags=assoc',
  ]);
  const row = stdout.split('\n').find((line) => line.includes(` Account=${account} UserName= `)) ?? '';
  const [, limit, used] = / GrpTRESMins=\S*billing=(\d+)\((\d+)\)/.exec(row) ?? [];
  const [, reserved] = / GrpTRESRunMins=\S*billing=\w+\((\d+)\)/.exec(row) ?? [];
  if (limit === undefined || reserved === undefined) throw new Error(`no limit is on ${account}: ${row}`);
  return (Number(limit) - Number(used) - Number(reserved)) * 60;
}

/** Slurm's own counter of an account, in billing-seconds. */
export async function counterOf(slurm: SlurmLab, account: string): Promise<number> {
  const { stdout } = await slurm.run('sshare', ['-nPA', account, '-o', 'Account,User,RawUsage']);
  const row = stdout.split('\n').find((line) => line.trim().startsWith(`${account}||`)) ?? '';
  return Number(row.split('|')[2]);
}

/** What jobs that run may use in all, from their starts to their time limits, in billing-seconds. */
export async function reservedSeconds(slurm: SlurmLab, account: string): Promise<number> {
  const fields = ['tres-alloc', 'TimeLimit'].map((field) => `${field}:0|`).join(',');
  const { stdout } = await slurm.run('squeue', ['-ha', '-A', account, '-t', 'R,S', '-O', fields]);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .reduce((sum, line) => {
      const [tres = '', limit = ''] = line.split('|');
      const [minutes = NaN, seconds = NaN, ...more] = limit.split(':').map(Number);
      if (more.length > 0) throw new Error(`a time limit below an hour was expected: ${line}`);
      return sum + Number(/billing=(\d+)/.exec(tres)?.[1]) * (minutes * 60 + seconds);
    }, 0);
}
