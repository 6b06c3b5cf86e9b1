import type { Scheduler } from '../schedulers/scheduler.ts';
import type { AgentConfig } from '../state/agent-config.ts';

/** Gives the scheduler of a configuration; nothing is asked of it yet. */
export type SchedulerOpener = (
  scheduler: AgentConfig['scheduler'],
  env: NodeJS.ProcessEnv,
) => Scheduler | Promise<Scheduler>;

/** For the agent that runs on it. SLURM_CONF in the environment goes before what was enrolled with. */
export const openScheduler: SchedulerOpener = (scheduler, env) => open(scheduler, env, 'run');

/** For commands that read it while an agent may run on it. */
export const lookAtScheduler: SchedulerOpener = (scheduler, env) => open(scheduler, env, 'look');

/** The code of the one that is wanted alone is loaded. */
async function open(
  scheduler: AgentConfig['scheduler'],
  env: NodeJS.ProcessEnv,
  purpose: 'run' | 'look',
): Promise<Scheduler> {
  switch (scheduler.kind) {
    case 'slurm': {
      const { openSlurm } = await import('../schedulers/slurm/open-slurm.ts');
      return openSlurm(env['SLURM_CONF'] ?? scheduler.conf, env);
    }
    case 'simulated': {
      const { openSimulationFile } = await import('../schedulers/simulated/open-simulated.ts');
      return openSimulationFile(scheduler.conf, purpose);
    }
  }
}
