import type { Scheduler } from '../schedulers/scheduler.ts';
import { openSlurm } from '../schedulers/slurm/open-slurm.ts';
import type { AgentConfig } from '../state/agent-config.ts';

/** Gives the scheduler of a configuration; nothing is asked of it yet. */
export type SchedulerOpener = (scheduler: AgentConfig['scheduler'], env: NodeJS.ProcessEnv) => Scheduler;

/** SLURM_CONF in the environment goes before what was enrolled with. */
export const openScheduler: SchedulerOpener = ({ kind, conf }, env) => {
  switch (kind) {
    case 'slurm':
      return openSlurm(env['SLURM_CONF'] ?? conf, env);
  }
};
