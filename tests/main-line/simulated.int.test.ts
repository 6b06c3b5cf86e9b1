import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openSimulationFile } from '@keystone/agent/schedulers/simulated/open-simulated.ts';
import type { SimulationConfigInput } from '@keystone/agent/schedulers/simulated/simulation-config.ts';
import type { ApiSession } from '@keystone/local/demo/api-session.ts';
import { billableSeconds } from '@keystone/shared/domain/billing.ts';
import { AgentProcess } from '../support/agent-process.ts';
import { addPerson, addTeam, awardTime, balanceOf, chargesOf } from '../support/centre.ts';
import { eventually } from '../support/eventually.ts';
import { StackProcess } from '../support/stack-process.ts';

const account = 'chemistry';

/** Jobs of a few seconds, several each second, whatever the hour. */
const simulation: SimulationConfigInput = {
  seed: 42,
  cluster: 'pretended',
  nodes: { count: 8, cpus: 64 },
  rhythm: 'steady',
  workload: [{ account, unitsPerDay: 4_000, minutes: { median: 0.06, spread: 0.4 }, cpus: { median: 16 } }],
};

describe('an award on a simulated cluster', () => {
  let stack: StackProcess;
  let agent: AgentProcess;
  let staff: ApiSession;
  let team: number;
  let cluster: number;
  let request: number;
  const folder = mkdtempSync(join(tmpdir(), 'keystone-simulation-'));
  const file = join(folder, 'pretended.json');

  beforeAll(async () => {
    writeFileSync(file, JSON.stringify(simulation));
    stack = await StackProcess.start();
    staff = await stack.admin();
    await addPerson(staff, 'alice');
    team = await addTeam(stack, 'alice', 'Chemistry', [await addPerson(staff, 'bob')]);
    cluster = await staff.create('/allocations/clusters/', { name: 'pretended' });
    agent = await AgentProcess.enrol(staff, stack.url, cluster, { simulation: file });
    agent.start();
  }, 300_000);

  afterAll(async () => {
    await agent?.close();
    await stack?.close();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  /** The scheduler as it is now, worked out in this process from what the agent's has kept. */
  const look = () => openSimulationFile(file, 'look').look();
  const limit = async () => (await look()).accounts.get(account)?.limitMinutes;
  /** Runs that ended, by job, once each job that did not wait has ended and its row shows. */
  const allRows = async () => {
    const scheduler = openSimulationFile(file, 'look');
    const { running, waiting, nextJob } = await scheduler.look();
    const rows = new Map<number, number>();
    for await (const { runs } of scheduler.finishedRuns(Date.now() / 1000 - 7_200, Date.now() / 1000))
      for (const run of runs) rows.set(run.jobIdRaw, billableSeconds(run));
    return running.size === 0 && rows.size === nextJob - 1 - waiting.size && rows;
  };
  const charged = async () =>
    new Map(
      (await chargesOf(staff, cluster, account)).map(
        ({ job_id_raw, charge }) => [job_id_raw, charge] as const,
      ),
    );

  it('becomes a limit, and people begin to submit', async () => {
    expect((await look()).accounts.has(account)).toBe(false);
    ({ request } = await awardTime(staff, team, cluster, 50));
    await eventually(async () => (await limit()) === 50 * 60, { what: 'the limit of the award' });
    await eventually(async () => (await look()).running.size > 0, { what: 'jobs that run' });
  }, 60_000);

  it('is charged for what ran, though the agent was killed meanwhile', async () => {
    await eventually(async () => (await charged()).size >= 5, { what: 'the first charges' });
    await agent.kill();
    agent.start();
    const before = (await charged()).size;
    await eventually(async () => (await charged()).size >= before + 5, { what: 'charges after the restart' });
  }, 60_000);

  it('is withdrawn: nothing starts any more, and the ledger is what the scheduler’s rows say', async () => {
    await staff.call('POST', `/allocations/requests/${request}/decision/`, { status: 'DC' });
    await eventually(async () => (await limit()) === 0, { what: 'the limit of 0' });
    const rows = await eventually(allRows, { what: 'the last row' });
    await eventually(async () => (await charged()).size >= rows.size, { what: 'the last charge' });
    expect(await charged()).toEqual(rows);
    const used = [...rows.values()].reduce((sum, seconds) => sum + seconds, 0);
    expect(used).toBeGreaterThan(0);
    expect(await balanceOf(staff, cluster, account)).toMatchObject({ used, jobs: rows.size });
  }, 60_000);
});
