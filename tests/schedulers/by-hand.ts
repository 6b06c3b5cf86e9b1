import { labPaths } from '@keystone/local/slurm/lab-options.ts';
import type { SlurmLab } from '@keystone/local/slurm/start-slurm.ts';
import { eventually } from '../support/eventually.ts';

/** What operators and people do to a Slurm beside the agent. */
export class ByHand {
  readonly #lab: SlurmLab;

  constructor(lab: SlurmLab) {
    this.#lab = lab;
  }

  /** Runs a program that must succeed, as root. */
  async must(program: string, ...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.#lab.run(program, args);
    if (code !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr || stdout}`);
    return stdout;
  }

  async setAccount(account: string, ...settings: string[]): Promise<void> {
    const where = ['where', `name=${account}`, `cluster=${this.#lab.options.cluster}`];
    await this.must('sacctmgr', '-i', 'modify', 'account', ...where, 'set', ...settings);
  }

  /** The states of a job, of each of its tasks where it is an array. */
  async statesOf(job: number): Promise<string[]> {
    return (await this.must('squeue', '-ha', '--states=all', '-j', String(job), '-o', '%T'))
      .trim()
      .split('\n');
  }

  async started(job: number): Promise<void> {
    await eventually(async () => (await this.statesOf(job)).includes('RUNNING'), {
      what: `job ${job} to run`,
    });
  }

  async reasonOf(job: number): Promise<string> {
    return (await this.must('squeue', '-h', '-j', String(job), '-o', '%r')).trim();
  }

  /** Lets a job go on for so many whole seconds, of which its row tells. */
  async lasts(seconds: number): Promise<void> {
    const begin = Date.now();
    await eventually(() => Date.now() - begin > seconds * 1000, { what: `${seconds} s to pass` });
  }

  async cancel(job: number): Promise<void> {
    await this.must('scancel', String(job));
  }

  /** Ends the run of a job that runs alone and waits until the next one has begun. Slurm by itself would wait two minutes. */
  async requeue(job: number): Promise<void> {
    await this.must('scontrol', 'requeue', String(job));
    await eventually(async () => (await this.statesOf(job)).includes('PENDING'), {
      what: `job ${job} to wait again`,
    });
    const nodes = async () => (await this.must('sinfo', '-h', '-N', '-o', '%T')).trim().split(/\s+/);
    await eventually(async () => !(await nodes()).some((state) => state.startsWith('completing')), {
      what: `the first run of job ${job} to be off its node`,
    });
    // slurmd knows in whole seconds when it revoked the first run's credential: a run that begins within that second fails ("Job credential revoked").
    await this.lasts(2);
    await this.must('scontrol', 'update', `JobId=${job}`, 'StartTime=now');
    // Where Slurm does not heed it, the job begins by itself after two minutes.
    await eventually(async () => (await this.statesOf(job)).includes('RUNNING'), {
      what: `job ${job} to run again`,
      withinMs: 150_000,
    });
  }

  /** Writes into the accounting's database, as nobody should. */
  async sql(...statements: string[]): Promise<void> {
    const socket = labPaths(this.#lab.options).databaseSocket;
    await this.must(
      'mariadb',
      '--no-defaults',
      `--socket=${socket}`,
      'slurm_acct_db',
      `--execute=${statements.join(';')}`,
    );
  }

  /** Puts a row into the accounting of a cluster: the last one of ours, with other values. */
  async plantRow(values: Record<string, string>, cluster: string = this.#lab.options.cluster): Promise<void> {
    const settings = Object.entries({ job_db_inx: 'NULL', ...values }).map(
      ([name, value]) => `${name}=${value}`,
    );
    await this.sql(
      `CREATE TEMPORARY TABLE planted SELECT * FROM ${this.#lab.options.cluster}_job_table WHERE time_end > 0 ORDER BY job_db_inx DESC LIMIT 1`,
      'ALTER TABLE planted MODIFY job_db_inx BIGINT NULL',
      `UPDATE planted SET ${settings.join(', ')}`,
      `INSERT INTO ${cluster}_job_table SELECT * FROM planted`,
    );
  }
}
