import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { startSlurm, type SlurmLab } from '@keystone/local/slurm/start-slurm.ts';
import { billableSeconds } from '@keystone/shared/domain/billing.ts';
import type { ApiSession } from '@keystone/local/demo/api-session.ts';
import { AgentProcess } from '../support/agent-process.ts';
import { signedInPage, startBrowser } from '../support/browser.ts';
import { addPerson, addTeam, chargesOf, MEMBER_PASSWORD } from '../support/centre.ts';
import { eventually } from '../support/eventually.ts';
import { finishedJob, limitOf, queueState, submit } from '../support/slurm-jobs.ts';
import { ADMIN_PASSWORD, StackProcess } from '../support/stack-process.ts';

const HOUR = 3600;
const account = 'chemistry';

/** One line through everything: a browser, the API, queues, broker, agent and a real Slurm, and back. */
describe('an award made in a browser', () => {
  let slurm: SlurmLab;
  let stack: StackProcess;
  let agent: AgentProcess;
  let browser: Browser;
  let staff: ApiSession;
  let cluster: number;
  let member: Page;
  let reviewer: Page;

  beforeAll(async () => {
    [slurm, stack, browser] = await Promise.all([startSlurm(), StackProcess.start(), startBrowser()]);
    staff = await stack.admin();
    await addPerson(staff, 'alice');
    await addTeam(stack, 'alice', 'Chemistry', [await addPerson(staff, 'bob')]);
    cluster = await staff.create('/allocations/clusters/', { name: 'aurora' });
    agent = await AgentProcess.enrol(staff, stack.url, cluster, slurm);
    agent.start();
    [member, reviewer] = await Promise.all([
      signedInPage(browser, stack.url, 'alice', MEMBER_PASSWORD),
      signedInPage(browser, stack.url, 'admin', ADMIN_PASSWORD),
    ]);
  }, 600_000);

  afterAll(async () => {
    await browser?.close();
    await agent?.close();
    await stack?.close();
    await slurm?.close();
  }, 120_000);

  const remaining = async () => {
    const card = member.getByRole('article', { name: `${account} on aurora` });
    return Number(await card.getByTestId('remaining-seconds').getAttribute('data-seconds'));
  };

  it('is asked for by a member', async () => {
    await member.getByRole('link', { name: 'Ask for time' }).first().click();
    await member.getByLabel('Title').fill('Catalyst screening');
    await member.getByLabel('Description').fill('A hundred candidates, two hours each.');
    await member.getByLabel('Service units on aurora').fill('2');
    await member.getByRole('button', { name: 'Send request' }).click();
    await member.getByRole('heading', { name: 'Catalyst screening' }).waitFor();
    expect(new URL(member.url()).pathname).toMatch(/^\/requests\/\d+\/$/);
  }, 60_000);

  it('is awarded by staff, who sees beforehand what it changes', async () => {
    await reviewer.goto(member.url());
    await reviewer.getByLabel('Award on aurora').fill('1');
    await reviewer.getByRole('button', { name: 'Approve' }).click();
    await reviewer.getByRole('button', { name: 'Withdraw' }).waitFor();
    await eventually(async () => (await limitOf(slurm, account)) === 60, {
      what: 'the limit of 60 billing-minutes in sacctmgr',
    });
    await member.goto(`${stack.url}/`);
    await eventually(async () => (await remaining()) === HOUR, { what: 'the balance on the page' });
  }, 90_000);

  it('becomes a charge that equals sacct when a job ran, and the page moves without a reload', async () => {
    await member.evaluate('window.neverReloaded = true');
    const job = await submit(slurm, 'alice', ['-A', account, '-n', '4', '-t', '2', '--wrap', 'sleep 3']);
    const row = await finishedJob(slurm, account, job);
    const expected = billableSeconds(row);
    expect(expected).toBe(row.elapsed * 4);
    expect(expected).toBeGreaterThan(0);
    const charge = await eventually(
      async () => (await chargesOf(staff, cluster, account)).find(({ job_id_raw }) => job_id_raw === job),
      { what: 'the charge' },
    );
    expect(charge.charge).toBe(expected);
    await eventually(async () => (await remaining()) === HOUR - expected, {
      what: 'the balance after the job',
    });
    expect(await member.evaluate('window.neverReloaded')).toBe(true);
  }, 120_000);

  it('is seen as a course of the balance, drawn under the policy of the page', async () => {
    const complaints: string[] = [];
    member.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    await member.getByRole('link', { name: `${account} on aurora`, exact: true }).click();
    const chart = member.getByRole('img', { name: `Burn-down of ${account} on aurora` });
    await chart.locator('canvas').waitFor();
    const days = member.getByRole('table', { name: 'Day by day' });
    await days.getByRole('rowheader').waitFor();
    expect(await days.getByRole('cell').nth(1).textContent()).toBe('1');
    expect(complaints).toEqual([]);
  }, 60_000);

  it('stops a job that asks for more than remains', async () => {
    const job = await submit(slurm, 'alice', ['-A', account, '-n', '64', '-t', '10', '--wrap', 'sleep 1']);
    await eventually(async () => (await queueState(slurm, job)) === 'PENDING AssocGrpBillingMinutes', {
      what: 'the job to wait for its limit',
    });
    await slurm.run('scancel', [String(job)]);
  }, 60_000);

  it('is withdrawn by staff, and the limit falls to 0', async () => {
    await reviewer.getByRole('button', { name: 'Withdraw' }).click();
    const confirm = reviewer.getByRole('dialog').getByRole('button', { name: 'Withdraw' });
    await confirm.click();
    await eventually(async () => (await limitOf(slurm, account)) === 0, {
      what: 'the limit of 0 in sacctmgr',
    });
    const job = await submit(slurm, 'alice', ['-A', account, '-n', '1', '-t', '1', '--wrap', 'sleep 1']);
    await eventually(async () => (await queueState(slurm, job)) === 'PENDING AssocGrpBillingMinutes', {
      what: 'even a small job to wait',
    });
    await slurm.run('scancel', [String(job)]);
  }, 90_000);
});
