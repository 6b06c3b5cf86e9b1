import { startSlurm, type SlurmLab } from '@keystone/local/slurm/start-slurm.ts';
import type { ApiSession } from '@keystone/local/demo/api-session.ts';
import { AgentProcess } from '@keystone/tests/support/agent-process.ts';
import { addPerson, addTeam, awardTime } from '@keystone/tests/support/centre.ts';
import { eventually } from '@keystone/tests/support/eventually.ts';
import { StackProcess } from '@keystone/tests/support/stack-process.ts';
import type { BenchRun } from '../figures/figure.ts';

export const ACCOUNT = 'bench';

/** A stack, a real Slurm and an enforcing agent between them, with one team that has time. */
export interface MainLine {
  slurm: SlurmLab;
  staff: ApiSession;
  cluster: number;
  award: { request: number; allocation: number };
}

export async function startMainLine(run: BenchRun, serviceUnits: number): Promise<MainLine> {
  const slurm = await startSlurm();
  run.undo(() => slurm.close());
  const stack = await StackProcess.start();
  run.undo(() => stack.close());
  const staff = await stack.admin();
  await addPerson(staff, 'alice');
  const team = await addTeam(stack, 'alice', 'Bench', []);
  const cluster = await staff.create('/allocations/clusters/', { name: 'bench' });
  const agent = await AgentProcess.enrol(staff, stack.url, cluster, slurm);
  run.undo(() => agent.close());
  agent.start();
  const award = await awardTime(staff, team, cluster, serviceUnits);
  await eventually(async () => (await limitInSlurm(slurm)) === serviceUnits * 60, {
    what: 'the first limit',
  });
  return { slurm, staff, cluster, award };
}

/** The limit that slurmctld itself enforces now, billing-minutes; a call of some 30 ms, so that asking does not blur what is timed. */
export async function limitInSlurm(slurm: SlurmLab): Promise<number | undefined> {
  const { stdout } = await slurm.run('scontrol', [
    '-o',
    'show',
    'assoc_mgr',
    `accounts=${ACCOUNT}`,
    'flags=assoc',
  ]);
  const row = stdout
    .split('\n')
    .find((line) => line.includes(`Account=${ACCOUNT} `) && line.includes('UserName= '));
  const figure = /GrpTRESMins=[^ ]*billing=(\d+)\(/.exec(row ?? '')?.[1];
  return figure === undefined ? undefined : Number(figure);
}
