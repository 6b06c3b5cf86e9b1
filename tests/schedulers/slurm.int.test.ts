import { schedulerContract } from '@keystone/agent/schedulers/testing/scheduler-contract.ts';
import { startSlurmWorld } from './slurm-world.ts';

schedulerContract('Slurm', startSlurmWorld);
