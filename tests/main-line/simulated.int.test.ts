import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openSimulationFile } from '@keystone/agent/schedulers/simulated/open-simulated.ts';
import { billableSeconds } from '@keystone/shared/domain/billing.ts';
import { awardTime, balanceOf, chargesOf } from '../support/centre.ts';
import { eventually } from '../support/eventually.ts';
import { ACCOUNT, startSimulatedSite, type SimulatedSite } from '../support/simulated-site.ts';

describe('an award on a simulated cluster', () => {
  let site: SimulatedSite;
  let request: number;

  beforeAll(async () => {
    site = await startSimulatedSite(42);
  }, 300_000);
  afterAll(() => site?.close(), 60_000);

  /** The scheduler as it is now, worked out in this process from what the agent's has kept. */
  const look = () => openSimulationFile(site.simulation, 'look').look();
  const limit = async () => (await look()).accounts.get(ACCOUNT)?.limitMinutes;
  /** Runs that ended, by job, once each job that did not wait has ended and its row shows. */
  const allRows = async () => {
    const scheduler = openSimulationFile(site.simulation, 'look');
    const { running, waiting, nextJob } = await scheduler.look();
    const rows = new Map<number, number>();
    for await (const { runs } of scheduler.finishedRuns(Date.now() / 1000 - 7_200, Date.now() / 1000))
      for (const run of runs) rows.set(run.jobIdRaw, billableSeconds(run));
    return running.size === 0 && rows.size === nextJob - 1 - waiting.size && rows;
  };
  const charged = async () =>
    new Map(
      (await chargesOf(site.staff, site.cluster, ACCOUNT)).map(
        ({ job_id_raw, charge }) => [job_id_raw, charge] as const,
      ),
    );

  it('becomes a limit, and people begin to submit', async () => {
    expect((await look()).accounts.has(ACCOUNT)).toBe(false);
    ({ request } = await awardTime(site.staff, site.team, site.cluster, 50));
    await eventually(async () => (await limit()) === 50 * 60, { what: 'the limit of the award' });
    await eventually(async () => (await look()).running.size > 0, { what: 'jobs that run' });
  }, 60_000);

  it('is charged for what ran, though the agent was killed meanwhile', async () => {
    await eventually(async () => (await charged()).size >= 5, { what: 'the first charges' });
    await site.agent.kill();
    site.agent.start();
    const before = (await charged()).size;
    await eventually(async () => (await charged()).size >= before + 5, { what: 'charges after the restart' });
  }, 60_000);

  it('is withdrawn: nothing starts any more, and the ledger is what the scheduler’s rows say', async () => {
    await site.staff.call('POST', `/allocations/requests/${request}/decision/`, { status: 'DC' });
    await eventually(async () => (await limit()) === 0, { what: 'the limit of 0' });
    const rows = await eventually(allRows, { what: 'the last row' });
    await eventually(async () => (await charged()).size >= rows.size, { what: 'the last charge' });
    expect(await charged()).toEqual(rows);
    const used = [...rows.values()].reduce((sum, seconds) => sum + seconds, 0);
    expect(used).toBeGreaterThan(0);
    expect(await balanceOf(site.staff, site.cluster, ACCOUNT)).toMatchObject({ used, jobs: rows.size });
  }, 60_000);
});
