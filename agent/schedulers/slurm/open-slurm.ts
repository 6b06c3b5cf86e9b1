import type { Scheduler } from '../scheduler.ts';
import { spawnRunner } from './command-runner.ts';
import { SlurmScheduler } from './slurm-scheduler.ts';

/**
 * The Slurm that this machine's programs speak to.
 *
 * @param conf path of slurm.conf; null for SLURM_CONF, or else the place that the programs know
 */
export function openSlurm(conf: string | null, env: NodeJS.ProcessEnv): Scheduler {
  return new SlurmScheduler(
    spawnRunner({ conf: conf ?? env['SLURM_CONF'] ?? null, path: env['PATH'] ?? '' }),
  );
}
