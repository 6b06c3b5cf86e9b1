import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { labPaths } from '@keystone/local/slurm/lab-options.ts';
import { eventually } from '../support/eventually.ts';
import { counterOf, finishedJob, finishedRows, submit } from '../support/slurm-jobs.ts';
import { GovernedSlurm } from './governed-slurm.ts';

const account = 'chem';
const DAY = 86_400;

/** The whole agent on a real Slurm whose daemons go away, crash and lose what they knew. */
describe('a Slurm that fails', () => {
  let slurm: GovernedSlurm;
  beforeAll(async () => {
    slurm = await GovernedSlurm.start({ cluster: 'failing' }, account);
  }, 120_000);
  afterAll(() => slurm?.close(), 60_000);

  const job = (...args: string[]) => submit(slurm.lab, 'alice', ['-A', account, '-t', '5', ...args]);
  const told = (id: number) => slurm.agent.runsOf(account).filter(({ jobIdRaw }) => jobIdRaw === id);
  const problem = (code: string) =>
    eventually(() => slurm.agent.problems().find((text) => text.startsWith(code)), {
      what: `the problem ${code}`,
    });

  /** Three minutes by the agent's clock: after so long it looks a month back. */
  const longOutage = () => slurm.hand.lasts(10);

  it('without slurmdbd goes on; rows that come late are charged, and the limit does not rise meanwhile', async () => {
    const before = await job('-n2', '--wrap=sleep 1');
    await finishedJob(slurm.lab, account, before);
    const id = await job('-n60', '--wrap=sleep 3');
    await slurm.hand.started(id);
    await slurm.lab.stop('slurmdbd');
    await eventually(async () => (await slurm.hand.statesOf(id))[0] === 'COMPLETED', {
      what: 'the job to end',
    });
    await problem('scheduler-away');
    await longOutage();
    const days = (count: number) => `UNIX_TIMESTAMP() - ${count * DAY}`;
    await slurm.hand.plantRow({
      id_job: '800001',
      time_submit: days(5),
      time_eligible: days(5),
      time_start: days(5),
      time_end: `${days(5)} + 7`,
    });
    await slurm.lab.start('slurmdbd');
    await finishedJob(slurm.lab, account, id);
    await eventually(() => told(800_001).length === 1, { what: 'the row of five days ago' });
    expect(told(800_001)[0]?.elapsed).toBe(7);
    await slurm.books.agree(account);
    await eventually(() => slurm.agent.problems().length === 0, { what: 'the problems to go' });
  }, 120_000);

  it('tells a runaway job for ever as running, which is not charged, nor when it is mended', async () => {
    const started = `UNIX_TIMESTAMP() - ${3 * DAY}`;
    await slurm.hand.plantRow({
      id_job: '800002',
      state: '1',
      time_submit: started,
      time_eligible: started,
      time_start: started,
      time_end: '0',
    });
    const id = await job('-n2', '--wrap=sleep 1');
    await finishedJob(slurm.lab, account, id);
    await slurm.books.agree(account);
    expect(told(800_002)).toEqual([]);
    await slurm.hand.must(
      'sacctmgr',
      '-i',
      '-nP',
      'show',
      'runawayjobs',
      `cluster=${slurm.lab.options.cluster}`,
    );
    // Its end is three days ago now, where only the wide reading after an outage finds it.
    await slurm.lab.stop('slurmdbd');
    await problem('scheduler-away');
    await longOutage();
    await slurm.lab.start('slurmdbd');
    await eventually(() => told(800_002).length === 1, { what: 'the row of the runaway job' });
    expect(told(800_002)[0]?.elapsed).toBe(0);
    await slurm.books.agree(account);
  }, 120_000);

  it('writes a finished row again where its controller woke up from an older state', async () => {
    const saved = join(labPaths(slurm.lab.options).state, 'job_state');
    const mayEnd = join(slurm.lab.options.dir, 'may-end');
    const id = await job('-n20', '--no-requeue', `--wrap=until [ -e ${mayEnd} ]; do sleep 0.2; done`);
    await slurm.hand.started(id);
    await slurm.hand.must('scontrol', 'update', `JobId=${id}`, 'Comment=seen-running');
    const older = await eventually(
      async () => {
        const content = await readFile(saved);
        return content.includes('seen-running') && content;
      },
      { what: 'the controller to save the job as running' },
    );
    await writeFile(mayEnd, '');
    const first = await finishedJob(slurm.lab, account, id);
    await eventually(() => told(id)[0]?.elapsed === first.elapsed, { what: 'the first charge' });
    await slurm.lab.kill('slurmctld');
    await writeFile(saved, older);
    await slurm.lab.start('slurmctld');
    await slurm.hand.cancel(id);
    const second = await eventually(
      async () => {
        const row = await finishedJob(slurm.lab, account, id);
        return row.end > first.end && row;
      },
      { what: 'the row to change' },
    );
    await eventually(() => told(id)[0]?.elapsed === second.elapsed, { what: 'the changed charge' });
    expect(told(id)).toHaveLength(1);
    await slurm.books.agree(account);
  }, 120_000);

  it('falls back to an older counter when its controller is killed, and the limit follows', async () => {
    const id = await job('-n60', '--wrap=sleep 3');
    await finishedJob(slurm.lab, account, id);
    await slurm.books.agree(account);
    const counted = await counterOf(slurm.lab, account);
    await slurm.lab.kill('slurmctld');
    await slurm.lab.start('slurmctld');
    expect(await counterOf(slurm.lab, account)).toBeLessThan(counted - 60);
    await slurm.books.agree(account);
  }, 120_000);

  it('counts jobs from 1 again where it lost all it knew, and both of one number are charged', async () => {
    const { state } = labPaths(slurm.lab.options);
    const former = new Set((await finishedRows(slurm.lab, account)).map(({ jobId }) => jobId));
    await slurm.lab.stop('slurmctld');
    await rm(state, { recursive: true });
    await slurm.lab.start('slurmctld');
    const id = await job('-n60', '--wrap=sleep 2');
    expect(former.has(id)).toBe(true);
    await eventually(() => told(id).length === 2, { what: 'both runs of one number' });
    await slurm.books.agree(account);
    expect(await counterOf(slurm.lab, account)).toBeLessThan(200);
  }, 120_000);
});
