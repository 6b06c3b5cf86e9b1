import { schedulerContract } from '@keystone/agent/schedulers/testing/scheduler-contract.ts';
import { startSlurmWorld } from './slurm-world.ts';

// Starts a real Slurm by startSlurm.
schedulerContract('Slurm', startSlurmWorld);
