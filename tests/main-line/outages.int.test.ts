import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSlurm, type SlurmLab } from '@keystone/local/slurm/start-slurm.ts';
import type { ApiSession } from '@keystone/local/demo/api-session.ts';
import { billableSeconds } from '@keystone/shared/domain/billing.ts';
import { AgentProcess } from '../support/agent-process.ts';
import { addPerson, addTeam, awardTime, balanceOf, chargesOf } from '../support/centre.ts';
import { eventually } from '../support/eventually.ts';
import { finishedJob, finishedRows, limitOf, submit } from '../support/slurm-jobs.ts';
import { StackProcess } from '../support/stack-process.ts';

const account = 'climate';
const HOURS = 5;
/** The same moments in every run, so that a failure comes again. */
const moments = Array.from({ length: 20 }, (_, index) => 150 + ((index * 7919) % 1700));

describe('an outage', () => {
  let slurm: SlurmLab;
  let stack: StackProcess;
  let agent: AgentProcess;
  let staff: ApiSession;
  let cluster: number;

  beforeAll(async () => {
    [slurm, stack] = await Promise.all([startSlurm(), StackProcess.start()]);
    staff = await stack.admin();
    await addPerson(staff, 'bob');
    const team = await addTeam(stack, 'bob', 'Climate', []);
    cluster = await staff.create('/allocations/clusters/', { name: 'borealis' });
    agent = await AgentProcess.enrol(staff, stack.url, cluster, slurm);
    agent.start();
    await awardTime(staff, team, cluster, HOURS);
    await eventually(async () => (await limitOf(slurm, account)) === HOURS * 60, { what: 'the limit' });
  }, 600_000);

  afterAll(async () => {
    await agent?.close();
    await stack?.close();
    await slurm?.close();
  }, 120_000);

  const job = (seconds: number) =>
    submit(slurm, 'bob', ['-A', account, '-n', '2', '-t', '2', '--wrap', `sleep ${seconds}`]);

  /** Every run that sacct knows is charged, once, at its amount, and the balance is their sum. */
  const ledgerEqualsSacct = async () => {
    const rows = (await finishedRows(slurm, account)).filter((row) => billableSeconds(row) > 0);
    const charges = (await chargesOf(staff, cluster, account)).filter(({ charge }) => charge > 0);
    const sum = rows.reduce((total, row) => total + billableSeconds(row), 0);
    const balance = await balanceOf(staff, cluster, account);
    const amounts = (list: { id: number; amount: number }[]) =>
      list.map(({ id, amount }) => `${id}=${amount}`).sort();
    expect(amounts(charges.map(({ job_id_raw, charge }) => ({ id: job_id_raw, amount: charge })))).toEqual(
      amounts(rows.map((row) => ({ id: row.jobId, amount: billableSeconds(row) }))),
    );
    expect(balance).toMatchObject({ used: sum, remaining: HOURS * 3600 - sum });
    return true;
  };

  it('of the cloud loses no charge and leaves the limit in force', async () => {
    const during = await job(3);
    expect(await stack.stop()).toBe(0);
    const whileAway = await job(1);
    await Promise.all([finishedJob(slurm, account, during), finishedJob(slurm, account, whileAway)]);
    expect(await limitOf(slurm, account)).toBeGreaterThan(0);
    await stack.startAgain();
    staff = await stack.admin();
    await eventually(ledgerEqualsSacct, {
      what: 'the ledger to equal sacct after the stack came back',
      withinMs: 120_000,
    });
  }, 240_000);

  it('of the agent, killed at twenty moments, loses no charge and posts none twice', async () => {
    for (const moment of moments) {
      await job(1);
      await pause(moment);
      await agent.kill();
      agent.start();
    }
    await eventually(async () => (await slurm.run('squeue', ['-h', '-A', account])).stdout.trim() === '', {
      what: 'all jobs to end',
      withinMs: 120_000,
    });
    // Rows come late; a comparison before they are all there would compare little.
    await eventually(async () => (await finishedRows(slurm, account)).length >= moments.length + 2, {
      what: 'all rows in sacct',
      withinMs: 120_000,
    });
    await eventually(ledgerEqualsSacct, {
      what: 'the ledger to equal sacct after twenty kills',
      withinMs: 120_000,
    });
    expect(await limitOf(slurm, account)).toBeGreaterThan(0);
  }, 420_000);
});
