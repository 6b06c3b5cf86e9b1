import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSlurm, type SlurmLab } from '@keystone/local/slurm/start-slurm.ts';
import type { ApiSession } from '@keystone/local/demo/api-session.ts';
import { dayOf } from '@keystone/shared/domain/calendar.ts';
import { chargeKey } from '@keystone/shared/store/ledger/ledger-keys.ts';
import { AgentProcess } from '../support/agent-process.ts';
import { addPerson, addTeam, awardTime, chargesOf } from '../support/centre.ts';
import { eventually } from '../support/eventually.ts';
import { finishedRows, submit } from '../support/slurm-jobs.ts';
import { StackProcess } from '../support/stack-process.ts';
import { ledgerOf, plant } from './ledger-connection.ts';
import { runCommand } from './run-command.ts';

const account = 'chemistry';

describe('the ledger against a real Slurm', () => {
  let slurm: SlurmLab;
  let stack: StackProcess;
  let agent: AgentProcess;
  let staff: ApiSession;
  let cluster: number;
  const today = () => dayOf(Date.now() / 1000, 'Europe/London');
  let from: string;

  beforeAll(async () => {
    from = today();
    [slurm, stack] = await Promise.all([startSlurm(), StackProcess.start()]);
    staff = await stack.admin();
    await addPerson(staff, 'alice');
    const team = await addTeam(stack, 'alice', 'Chemistry', [await addPerson(staff, 'bob')]);
    cluster = await staff.create('/allocations/clusters/', { name: 'aurora' });
    agent = await AgentProcess.enrol(staff, stack.url, cluster, slurm);
    agent.start();
    await awardTime(staff, team, cluster, 50);
  }, 600_000);

  afterAll(async () => {
    await agent?.close();
    await stack?.close();
    await slurm?.close();
  }, 120_000);

  const reconcile = () =>
    runCommand(
      'ledger-reconcile',
      [
        ...['--state', stack.state, '--cluster', String(cluster), '--from', from, '--to', today()],
        ...['--grace', '0', '--agent-state-dir', agent.state],
      ],
      slurm.env,
    );

  it('is equal after arrays, failures, a cancelled and a requeued job', async () => {
    const job = (user: string, args: string[]) =>
      eventually(() => submit(slurm, user, ['-A', account, '-t', '2', ...args]), {
        what: 'the account on the cluster',
      });
    await job('alice', ['-n', '2', '--array', '1-4', '--wrap', 'sleep 1']);
    await job('bob', ['-n', '1', '--wrap', 'exit 3']);
    // More than the award: it waits, and is cancelled before it starts.
    const cancelled = await job('alice', ['-n', '64', '-t', '60', '--wrap', 'sleep 1']);
    await slurm.run('scancel', [String(cancelled)]);
    const again = await job('bob', ['-n', '3', '--requeue', '--wrap', 'sleep 4']);
    await eventually(
      async () =>
        (await slurm.run('squeue', ['-h', '-j', String(again), '-o', '%T'])).stdout.trim() === 'RUNNING',
      { what: 'the job that is requeued to run' },
    );
    await slurm.run('scontrol', ['requeue', String(again)]);
    // It would wait for two minutes.
    await eventually(
      async () => (await slurm.run('scontrol', ['update', `jobid=${again}`, 'StartTime=now'])).code === 0,
      { what: 'the requeued job to wait', everyMs: 1_000 },
    );
    await eventually(
      async () => (await finishedRows(slurm, account)).filter(({ jobId }) => jobId === again).length === 2,
      { what: 'both runs of the requeued job', withinMs: 180_000 },
    );
    const rows = await eventually(
      async () => {
        const found = await finishedRows(slurm, account);
        return found.length >= 8 && found;
      },
      { what: 'eight finished runs' },
    );
    await eventually(async () => (await chargesOf(staff, cluster, account)).length === rows.length, {
      what: 'all charges',
    });
    const ran = await reconcile();
    expect(ran).toMatchObject({ code: 0, findings: [], summary: { equal: true, rows: rows.length } });
    const verified = await runCommand('ledger-verify', ['--state', stack.state]);
    expect(verified).toMatchObject({ code: 0, summary: { holds: true, charges: rows.length } });
  }, 360_000);

  it('is not equal where a charge was changed by hand', async () => {
    const ledger = ledgerOf(stack.state);
    const row = (await finishedRows(slurm, account)).find(({ elapsed }) => elapsed > 0);
    if (!row) throw new Error('no row took time');
    const key = chargeKey({ cluster, jobIdRaw: row.jobId, submit: row.submit });
    const putBack = await plant(ledger, key, { seconds: 1_000_000 });
    const ran = await reconcile();
    expect(ran).toMatchObject({
      code: 1,
      findings: [
        {
          type: 'difference',
          kind: 'other-amount',
          run: { jobIdRaw: row.jobId, submit: row.submit },
          found: { seconds: 1_000_000 },
        },
      ],
    });
    await putBack();
    ledger.client.destroy();
  }, 60_000);
});
